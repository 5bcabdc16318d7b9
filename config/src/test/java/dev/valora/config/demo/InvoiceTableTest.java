package dev.valora.config.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

final class InvoiceTableTest {

    private static final String INVOICE = """
            {"number":"INV-7","status":"finalized","customer":"ann","currency":"USD",
             "period":{"start":"2026-01-01","end":"2026-02-01"},"issue_date":"2026-02-01","due_date":"2026-02-01",
             "total":"1049.02","content_hash":"00ff","lines":[
              {"description":"API calls","service_period":{"start":"2026-01-01","end":"2026-02-01"},
               "quantity":"1000010.5","amount":"1000.02","details":[
                 {"tier":1,"quantity":"10","unit_amount":"0","amount":"0"},
                 {"tier":2,"quantity":"1000000.5","unit_amount":"0.00100002","amount":"1000.0200005"}]},
              {"description":"Base fee","service_period":{"start":"2026-02-01","end":"2026-03-01"},
               "quantity":"1","amount":"49.00","details":[{"tier":1,"quantity":"1","unit_amount":"49","amount":"49"}]}]}
            """;

    private static final String TABLE = """
            Invoice INV-7 for ann
            Period 2026-01-01 to 2026-02-01, issued 2026-02-01, due 2026-02-01, finalized

                                  Service period               Quantity  Unit amount          Exact    Amount
            -------------------------------------------------------------------------------------------------
            API calls             2026-01-01 to 2026-02-01  1,000,010.5                              1,000.02
              tier 1                                                 10            0              0
              tier 2                                        1,000,000.5   0.00100002  1,000.0200005
            Base fee              2026-02-01 to 2026-03-01            1           49             49     49.00
            -------------------------------------------------------------------------------------------------
            Total in USD                                                                             1,049.02

            content hash 00ff""";

    @Test
    void shouldAlignEveryNumberAndDropNoDigit() throws Exception {
        assertEquals(TABLE, String.join("\n", InvoiceTable.of(new ObjectMapper().readTree(INVOICE))));
    }
}

package dev.valora.billing.settlement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.billing.SoldLives;
import dev.valora.billing.VectorTable;
import dev.valora.billing.VectorTable.Outcome;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Lives of subscriptions as other engines bill them, run through the routes: a case passes as it stands when every line it
 * expects, with its days and its amount, is on one of our invoices. On which one is a difference of its own: what an engine
 * invoices at once when something changes stands on the next invoice here.
 */
final class LifecycleVectorsTest {

    /** What Valora has no word for, by what the case says. */
    private static final Map<String, String> OUT_OF_SCOPE = Map.of(
            "pause", "pause",
            "blocked", "pause",
            "anchor day becomes", "another anchor",
            "anchor moves", "another anchor",
            "anchor 15", "another anchor",
            "fixed_days_in_month", "months of 30 days",
            "thresholds_cents", "invoices inside a period",
            "recurring sum, prorated", "prorated held units",
            "fixed_charges", "fixed charges of a plan",
            "subscribe again", "one trial for all subscriptions");

    private static final Map<String, String> DIFFERENCES = differences();

    @Test
    void shouldBillTheLivesOfOtherEngines() {
        Map<String, String> missing = new TreeMap<>();
        VectorTable table = VectorTable.run("lifecycle", vector -> outcome(vector, missing));
        missing.keySet().removeAll(DIFFERENCES.keySet());
        assertEquals(Map.of(), missing);
        assertEquals("14 9 22", table.counts());
    }

    private static Outcome outcome(JsonNode vector, Map<String, String> missing) {
        String text = vector.get("given").toString();
        for (Map.Entry<String, String> kind : new TreeMap<>(OUT_OF_SCOPE).entrySet()) {
            if (text.contains(kind.getKey())) {
                return Outcome.outOfScope(kind.getValue());
            }
        }
        String id = vector.get("id").textValue();
        List<String> lacks;
        try (BillingApi api = new BillingApi("2000-01-01T00:00:00Z")) {
            lacks = new ArrayList<>(expected(vector.get("expect")));
            List<String> billed = new SoldLives(api, vector.get("given")).billed();
            lacks.removeAll(billed);
            if (!lacks.isEmpty()) {
                missing.put(id, lacks + " not among " + billed);
            }
        }
        if (lacks.isEmpty() && !DIFFERENCES.containsKey(id)) {
            return Outcome.asItStands();
        }
        return Outcome.under(DIFFERENCES.getOrDefault(id, "not named"));
    }

    /** Days and amount of each line; what a credit note gives back is a negative amount, whatever its days. */
    private static List<String> expected(JsonNode expect) {
        List<String> lines = new ArrayList<>();
        expect.path("invoices").forEach(invoice -> {
            invoice.path("lines").forEach(line -> lines.add(line(line)));
            invoice.path("fixed_lines").forEach(line -> lines.add(line(line)));
        });
        expect.path("lines").forEach(line -> lines.add(line(line)));
        expect.path("credit_notes")
                .forEach(note -> lines.add("* " + amount(note).negate()));
        return lines;
    }

    private static String line(JsonNode line) {
        String days = line.has("from")
                ? line.get("from").textValue() + "/" + line.get("to").textValue()
                : "*";
        return days + " " + amount(line);
    }

    private static BigDecimal amount(JsonNode line) {
        return line.has("amount")
                ? new BigDecimal(line.get("amount").textValue()).setScale(2)
                : new BigDecimal(line.get("amount_cents").asText())
                        .movePointLeft(2)
                        .setScale(2);
    }

    private static Map<String, String> differences() {
        Map<String, String> byId = new TreeMap<>();
        byId.put("kb-align-25", "another interval keeps the anchor day");
        byId.put("kb-usage-cancel-eot", "an end is the first day not billed");
        byId.put("kb-usage-cancel-start", "an end is the first day not billed");
        byId.put("lago-terminate-arrears", "usage is billed from the first day of its item");
        byId.put("lago-trial-upgrade", "usage in a trial costs nothing");
        byId.put("lago-upgrade-twice-anniv", "what is replaced on the day it began is not charged");
        byId.put("om-edit-40s", "days, not seconds");
        byId.put("om-edit-day2", "what is charged in advance is invoiced at once");
        byId.put("om-two-phase", "an item that does not change is kept");
        return byId;
    }
}

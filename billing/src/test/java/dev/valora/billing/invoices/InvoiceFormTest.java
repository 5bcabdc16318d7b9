package dev.valora.billing.invoices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InvoiceFormTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            # segment | Accept                                           | id    | form
            a         | ''                                               | a     | JSON
            a         | */*                                              | a     | JSON
            a         | application/json                                 | a     | JSON
            a         | text/html, application/json                      | a     | JSON
            a         | text/html, application/json;q=0.9                | a     | HTML
            a         | Text/HTML;charset=utf-8;q=0.2, */*;q=0.1         | a     | HTML
            a         | text/*                                           | a     | HTML
            a         | text/html;q=0, */*                               | a     | JSON
            a         | text/html;q=2, application/json;q=0.1            | a     | JSON
            a         | image/png                                        | a     | JSON
            a         | application/pdf                                  | a     | PDF
            a         | application/pdf;q=0.5, text/html                 | a     | HTML
            a.html    | application/json                                 | a     | HTML
            a.pdf     | text/html                                        | a     | PDF
            a.json    | ''                                               | a.json | JSON
            """)
    void shouldGiveWhatIsPreferred(String segment, String accept, String id, InvoiceForm form) {
        assertEquals(new InvoiceForm.Named(id, form), InvoiceForm.of(segment, accept));
    }
}

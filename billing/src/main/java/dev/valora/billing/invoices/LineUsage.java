package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.aggregator.QuantityQuestion;
import dev.valora.aggregator.WindowRow;
import dev.valora.billing.JsonColumn;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.UsageNeed;
import dev.valora.ingest.Json;
import dev.valora.ingest.Page;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured for a line, as an explanation shows it. Pure. */
final class LineUsage {

    private LineUsage() {}

    /** A quantity with how it was asked for. */
    record Measured(UsageNeed need, QuantityQuestion question, BigDecimal quantity) {}

    /** Each quantity with its cut, its filters and a link to the events that it is made of. */
    static ArrayNode measurements(List<Measured> measured) {
        ArrayNode array = Json.array();
        for (Measured one : measured) {
            QuantityQuestion question = one.question();
            ObjectNode json = array.addObject()
                    .put("meter", question.meter())
                    .put("composition", question.composition().name().toLowerCase(Locale.ROOT));
            json.set("days", InvoiceContent.rangeJson(one.need().days()));
            json.putObject("cut")
                    .put("from", question.cut().from().toString())
                    .put("to", question.cut().to().toString())
                    .put("accepted_before", question.cut().acceptedBefore().toString());
            json.set("filter", JsonColumn.toJson(question.having()));
            ArrayNode except = json.putArray("except");
            question.except().forEach(values -> except.add(JsonColumn.toJson(values)));
            json.put("quantity", PriceTermsJson.decimal(one.quantity())).put("events", EventLink.behind(question));
        }
        return array;
    }

    /**
     * A page of the rows that the quantities are made of.
     *
     * @param rows those behind {@code page.after()}, at most one more than the page holds
     * @param window length of the organization's windows
     */
    static ObjectNode windows(List<Measured> measured, List<WindowRow> rows, Page page, Duration window) {
        List<Numbered> numbered = new ArrayList<>();
        for (WindowRow row : rows) {
            numbered.add(new Numbered(page.after() + numbered.size() + 1, row));
        }
        return page.reply(numbered, Numbered::number, one -> json(measured, one.row(), window));
    }

    private record Numbered(long number, WindowRow row) {}

    private static ObjectNode json(List<Measured> measured, WindowRow row, Duration window) {
        BigDecimal value = row.value();
        ObjectNode json = Json.object()
                .put("measurement", row.question())
                .put("window_start", row.start().toString())
                .put("window_end", row.start().plus(window).toString())
                .put("accepted_hour", row.acceptedHour().toString());
        json.set("dimensions", JsonColumn.toJson(row.dimensions()));
        return json.put("value", value == null ? null : PriceTermsJson.decimal(value))
                .put("count", row.events())
                .put("replaces_earlier", row.resets())
                .put("first_position", row.first().toString())
                .put("last_position", row.last().toString())
                .put(
                        "events",
                        EventLink.behind(
                                measured.get(row.question()).question(),
                                row.start(),
                                row.start().plus(window),
                                row.acceptedHour()));
    }
}

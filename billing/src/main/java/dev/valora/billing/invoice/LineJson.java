package dev.valora.billing.invoice;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.invoice.InvoiceLine.Charged;
import dev.valora.billing.rating.Charge;
import dev.valora.ingest.Json;
import java.math.BigDecimal;
import java.util.Locale;

/** A line as the HTTP contract shows it, without its id. Part of the hashed content. */
final class LineJson {

    private LineJson() {}

    static ObjectNode write(InvoiceLine line) {
        ObjectNode json = Json.object()
                .put("kind", line.kind().name().toLowerCase(Locale.ROOT))
                .put("description", line.description());
        Charged charged = line.charged();
        json.put("item", charged == null ? null : charged.item().toString());
        json.put("price", charged == null ? null : charged.price());
        json.put("price_version", charged == null ? null : charged.version());
        json.put("cycle", charged == null ? null : charged.cycle());
        json.set("service_period", InvoiceContent.rangeJson(line.servicePeriod()));
        BigDecimal quantity = line.quantity();
        json.put("quantity", quantity == null ? null : PriceTermsJson.decimal(quantity));
        json.put("amount", line.amount().toPlainString());
        if (!line.share().equals(Fraction.WHOLE)) {
            json.putObject("proration")
                    .put("days", Math.toIntExact(line.share().days()))
                    .put("of", Math.toIntExact(line.share().of()));
        }
        if (!line.dimensions().isEmpty()) {
            ObjectNode dimensions = json.putObject("dimensions");
            line.dimensions().forEach(dimensions::put);
        }
        ArrayNode details = json.putArray("details");
        for (Charge.Step step : line.details()) {
            details.addObject()
                    .put("tier", step.tier())
                    .put("quantity", PriceTermsJson.decimal(step.quantity()))
                    .put("unit_amount", PriceTermsJson.decimal(step.unitAmount()))
                    .put("flat_amount", PriceTermsJson.decimal(step.flatAmount()))
                    .put("amount", PriceTermsJson.decimal(step.amount()));
        }
        return json;
    }
}

package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.rating.Charge;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One line of an invoice.
 *
 * @param item of the subscription that it bills; null for manual adjustments
 * @param price the price's code; null for manual adjustments
 * @param priceVersion whose terms made the amount; null for manual adjustments
 * @param quantity rated; null where there is none to show
 * @param amount rounded to the currency's minor unit
 * @param dimensions that the price filters on
 * @param details exact steps
 */
public record InvoiceLine(
        Kind kind,
        String description,
        @Nullable UUID item,
        @Nullable String price,
        @Nullable Integer priceVersion,
        DateRange servicePeriod,
        @Nullable BigDecimal quantity,
        BigDecimal amount,
        Map<String, String> dimensions,
        List<Charge.Step> details) {

    /** What a line is for; the names on the wire are the constants in lower case. */
    public enum Kind {
        RECURRING,
        USAGE,
        PRORATION,
        MINIMUM,
        MAXIMUM,
        LATE_USAGE,
        ADJUSTMENT
    }

    public InvoiceLine {
        details = List.copyOf(details);
    }
}

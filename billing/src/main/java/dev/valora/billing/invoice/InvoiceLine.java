package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.rating.Charge;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One line of an invoice.
 *
 * @param charged what it bills; null for manual adjustments
 * @param quantity rated; null where there is none to show
 * @param amount rounded to the currency's minor unit
 * @param share of the full period that the amount is for
 * @param dimensions that the price filters on
 * @param details exact steps
 */
public record InvoiceLine(
        Kind kind,
        String description,
        @Nullable Charged charged,
        DateRange servicePeriod,
        @Nullable BigDecimal quantity,
        BigDecimal amount,
        Fraction share,
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

    /**
     * What is billed.
     *
     * @param cycle whose usage or licence it is
     * @param item of the subscription
     * @param version of the price whose terms made the amount
     * @param purpose which tells the ledger whether days of a licence were billed
     */
    public record Charged(int cycle, UUID item, String price, int version, Purpose purpose) {

        /** Where the ledger keeps it. */
        LedgerEntry.Key key() {
            return new LedgerEntry.Key(cycle, item, price);
        }
    }

    /** What is charged: something that is over, days that come, or days given back. */
    public enum Purpose {
        ARREARS,
        ADVANCE,
        GIVEN_BACK
    }

    public InvoiceLine {
        details = List.copyOf(details);
    }
}

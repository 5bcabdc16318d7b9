package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.rating.Rounding;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What closing one cycle bills, gives back or waives of one thing.
 *
 * @param amount rounded, minimum and maximum included
 * @param quantity of usage that it is for; 0 for licences
 * @param days of a licence charged in advance; null for everything else
 */
public record LedgerEntry(
        Key key,
        Kind kind,
        BigDecimal amount,
        BigDecimal quantity,
        @Nullable DateRange days) {

    /** What will not be billed of a thing, or less of it than before. */
    static LedgerEntry waived(Key key, Correction.Part part, int exponent) {
        return new LedgerEntry(key, Kind.WAIVED, Rounding.toMinorUnit(part.amount(), exponent), part.quantity(), null);
    }

    /**
     * The thing that is billed.
     *
     * @param cycle whose usage or licence it is
     */
    public record Key(int cycle, UUID item, String price) {}

    /** What became of it. */
    public enum Kind {
        /** It stands on the invoice. */
        BILLED,
        /** It stands there as given back: days that were billed in advance and not used. */
        CREDITED,
        /** It was owed and will never be billed. */
        WAIVED;

        /** The name in the database. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Reads what {@link #wireName} gave. */
        public static Kind ofWireName(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }
}

package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A line of an invoice.
 *
 * @param kind as the contract names it
 * @param price null on an adjustment
 * @param cycle whose usage or licence it bills; null on an adjustment
 * @param quantity null where there is none to show
 * @param amount rounded
 */
public record Line(
        String kind,
        @Nullable String price,
        @Nullable Integer cycle,
        Days days,
        @Nullable BigDecimal quantity,
        BigDecimal amount) {

    /** All of it on one line, the same for equal lines. */
    public String toText() {
        String shown = quantity == null ? "-" : quantity.signum() == 0 ? "0" : plain(quantity);
        return String.join(
                " ", kind, String.valueOf(price), "cycle " + cycle, days.toString(), shown, amount.toPlainString());
    }

    private static String plain(BigDecimal decimal) {
        return decimal.stripTrailingZeros().toPlainString();
    }
}

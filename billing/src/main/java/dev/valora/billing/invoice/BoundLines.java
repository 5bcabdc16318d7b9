package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.invoice.InvoiceLine.Charged;
import dev.valora.billing.invoice.InvoiceLine.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The lines that bring a charge up to its minimum or down to its maximum. Pure. */
record BoundLines(String label, Charged charged, DateRange days, Fraction share) {

    /**
     * None, or one.
     *
     * @param topUp 0 or positive
     * @param cut 0 or negative
     */
    List<InvoiceLine> of(BigDecimal topUp, BigDecimal cut) {
        List<InvoiceLine> lines = new ArrayList<>(1);
        add(lines, Kind.MINIMUM, "up to the minimum", topUp);
        add(lines, Kind.MAXIMUM, "down to the maximum", cut);
        return lines;
    }

    private void add(List<InvoiceLine> lines, Kind kind, String what, BigDecimal difference) {
        if (difference.signum() != 0) {
            lines.add(new InvoiceLine(
                    kind, label + ", " + what, charged, days, null, difference, share, Map.of(), List.of()));
        }
    }
}

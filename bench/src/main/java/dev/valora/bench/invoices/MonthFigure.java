package dev.valora.bench.invoices;

import java.time.Duration;
import java.time.YearMonth;

/**
 * One month that was billed.
 *
 * @param windowRows rows of usage windows that its invoices read
 * @param turn from the request that turns the clock over the cut to its answer
 */
record MonthFigure(YearMonth month, int invoices, int windowRows, Duration turn) {

    double invoicesPerSecond() {
        return invoices / seconds();
    }

    double windowRowsPerSecond() {
        return windowRows / seconds();
    }

    double seconds() {
        return turn.toNanos() / 1e9;
    }
}

package dev.valora.bench.invoices;

import java.time.Duration;
import java.time.YearMonth;

/**
 * One month that was billed.
 *
 * @param windowRows rows of usage windows that its invoices read
 * @param turn from the request that turns the clock over the cut to its answer
 * @param cpu processor time of the server and its PostgreSQL meanwhile
 */
record MonthFigure(YearMonth month, int invoices, int windowRows, Duration turn, Duration cpu) {

    double invoicesPerSecond() {
        return invoices / seconds();
    }

    double windowRowsPerSecond() {
        return windowRows / seconds();
    }

    double seconds() {
        return turn.toNanos() / 1e9;
    }

    double cpuMillisPerInvoice() {
        return cpu.toNanos() / 1e6 / invoices;
    }
}

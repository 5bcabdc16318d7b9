package dev.valora.bench.invoices;

import dev.valora.bench.server.ProcessorUse;
import java.time.Duration;
import java.time.YearMonth;

/**
 * One month that was billed.
 *
 * @param windowRows rows of usage windows that its invoices read
 * @param turn from the request that turns the clock over the cut to its answer
 * @param used meanwhile by the server, and by PostgreSQL as its child
 */
record MonthFigure(YearMonth month, int invoices, int windowRows, Duration turn, ProcessorUse used) {

    double invoicesPerSecond() {
        return invoices / seconds();
    }

    double windowRowsPerSecond() {
        return windowRows / seconds();
    }

    /** Processor time of the server's own process an invoice. */
    double serverMicros() {
        return used.own().total().toNanos() / 1e3 / invoices;
    }

    /** Processor time of all of PostgreSQL's processes an invoice. */
    double postgresMicros() {
        return used.children().total().toNanos() / 1e3 / invoices;
    }

    double seconds() {
        return turn.toNanos() / 1e9;
    }
}

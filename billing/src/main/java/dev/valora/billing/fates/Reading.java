package dev.valora.billing.fates;

import dev.valora.billing.invoices.LedgerTrace;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.OpenedCycle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A look at the usage of a cycle: when this cycle or a later one is closed, or when the invoice of such a closing is issued again
 * at a cut of its own.
 *
 * @param closing the number of the cycle that is closed
 * @param acceptedBefore its cut
 * @param isDone false while the closing waits
 */
record Reading(int closing, Instant acceptedBefore, boolean isDone) {

    /**
     * The first that sees what was accepted in an hour. A revision that was voided has read it too: what took its place has its
     * number. Where a closing and a revision have one cut, whichever came second had nothing left to write, unless it is the
     * revision, which writes its whole invoice.
     *
     * @param closings of the cycle and of later ones, in order
     * @param written by them of one item's usage in the cycle
     */
    static Optional<Reading> first(List<OpenedCycle> closings, List<LedgerTrace> written, Instant acceptedHour) {
        Set<Integer> wrote = written.stream().map(LedgerTrace::closedCycle).collect(Collectors.toSet());
        List<Reading> readings = new ArrayList<>();
        closings.stream()
                .filter(opened -> wrote.contains(opened.cycle().number()))
                .forEach(opened -> readings.add(of(opened.cycle())));
        for (LedgerTrace trace : written) {
            LedgerTrace.Billing invoice = trace.invoice();
            if (invoice != null && invoice.revision() > 1) {
                readings.add(new Reading(trace.closedCycle(), invoice.acceptedBefore(), true));
            }
        }
        closings.stream()
                .filter(opened -> !wrote.contains(opened.cycle().number()))
                .forEach(opened -> readings.add(of(opened.cycle())));
        return readings.stream()
                .filter(reading -> reading.acceptedBefore().isAfter(acceptedHour))
                .sorted(Comparator.comparing(Reading::acceptedBefore))
                .findFirst();
    }

    private static Reading of(Cycle cycle) {
        return new Reading(cycle.number(), cycle.acceptedBefore(), cycle.state() == Cycle.State.CLOSED);
    }
}

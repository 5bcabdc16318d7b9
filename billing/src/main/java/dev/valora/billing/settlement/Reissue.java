package dev.valora.billing.settlement;

import dev.valora.billing.BillingPorts;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.closing.Closings;
import dev.valora.billing.contract.CycleReader;
import dev.valora.billing.invoice.FrozenInvoice;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.invoices.InvoiceQuantities;
import dev.valora.billing.invoices.InvoiceStanding;
import dev.valora.billing.invoices.InvoiceStore;
import dev.valora.billing.invoices.InvoiceStore.Computed;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.ingest.Organization;
import dev.valora.ingest.ProblemException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/**
 * Bills a cycle again whose invoice was voided: under the cycle's own terms as they were frozen, with its usage as it is known
 * now, less what other invoices have billed of it meanwhile.
 */
final class Reissue {

    private final BillingPorts ports;
    private final Closings closings;
    private final InvoiceQuantities quantities;

    Reissue(BillingPorts ports) {
        this.ports = ports;
        this.closings = new Closings(ports.meters(), ports.changedWindows());
        this.quantities = new InvoiceQuantities(ports.quantities());
    }

    /**
     * Writes the next revision; the voided invoice must be void already.
     *
     * @return its id
     * @throws ProblemException 409 when it would say what no invoice may say
     */
    UUID run(AuditTrail.Change change, Organization organization, InvoiceStanding voided) {
        InvoiceTerms terms = voided.terms();
        CycleKey key = new CycleKey(voided.subscription(), voided.cycle());
        Cycle cycle = CycleReader.load(change.transaction(), organization.id(), List.of(key))
                .get(key);
        if (cycle == null) {
            throw new IllegalStateException("the cycle of invoice " + voided.number() + " is missing");
        }
        OpenedCycle again =
                new OpenedCycle(voided.subscription(), cycle.withCut(cut(change, organization, voided, cycle)));
        FrozenInvoice frozen = closings.again(
                change.transaction(),
                organization,
                again,
                terms.closing().terms(),
                terms.late().stream()
                        .map(bill ->
                                new CycleKey(voided.subscription(), bill.terms().cycle()))
                        .toList());
        InvoiceContent content = Refusal.told(
                () -> InvoiceContent.of(frozen, quantities.read(change.transaction(), organization.id(), frozen)));
        Computed revision = Computed.again(content, voided.revision() + 1, organization.zone());
        InvoiceStore.write(change, organization.invoicePrefix(), List.of(revision));
        return revision.id();
    }

    /**
     * The last whole hour whose usage is known, so that the new revision says what is known by now; but never before the voided
     * invoice's own cut, nor behind that of a cycle that waits to be closed: cuts of a subscription do not decrease. Where late
     * usage is only recorded and another closing will come, the last cut that a closing has read at: whatever was late by then
     * is waived already, and what came later is for the next closing to waive or to give back.
     */
    private Instant cut(AuditTrail.Change change, Organization organization, InvoiceStanding voided, Cycle own) {
        if (voided.cycle() == 0) {
            return voided.acceptedBefore();
        }
        List<OpenedCycle> unclosed =
                CycleReader.unclosed(change.transaction(), organization.id(), voided.subscription());
        if (own.lateUsage() == Organization.LateUsage.RECORD_ONLY && !unclosed.isEmpty()) {
            return CycleReader.all(change.transaction(), organization.id(), List.of(voided.subscription())).stream()
                    .map(OpenedCycle::cycle)
                    .filter(cycle -> cycle.state() == Cycle.State.CLOSED)
                    .map(Cycle::acceptedBefore)
                    .reduce(voided.acceptedBefore(), (one, other) -> one.isAfter(other) ? one : other);
        }
        Instant now = change.at();
        Instant applied = ports.applied().appliedThrough();
        Instant known = (applied.isBefore(now) ? applied : now).truncatedTo(ChronoUnit.HOURS);
        for (OpenedCycle waiting : unclosed) {
            Instant next = waiting.cycle().acceptedBefore();
            known = next.isBefore(known) ? next : known;
        }
        return known.isBefore(voided.acceptedBefore()) ? voided.acceptedBefore() : known;
    }
}

package dev.valora.billing.cycles;

import dev.valora.billing.closing.Closings;
import dev.valora.billing.closing.Closings.Frozen;
import dev.valora.billing.contract.CycleReader;
import dev.valora.billing.contract.CycleReader.DueCycles;
import dev.valora.billing.contract.CycleStore;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.UsageNeed;
import dev.valora.billing.invoices.InvoiceQuantities;
import dev.valora.billing.invoices.InvoiceStore;
import dev.valora.billing.invoices.InvoiceStore.Computed;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.ingest.Json;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Bills cycles whose cut the watermark has passed: freezes their terms, reads their usage at the cut, and writes the invoices
 * with everything else that closing them changes. A cycle that has nothing to say on an invoice is closed without one, and so is
 * one whose amounts are all 0 if the organization does not want such invoices.
 */
public final class CloseJob implements Job {

    /** Tiers of all prices of all invoices of a batch: some tens of megabytes as terms, lines and text. */
    private static final int BATCH_TIERS = 50_000;

    /** Invoices that are computed before they are sent: a few milliseconds' work for either side. */
    private static final int STRETCH = 64;

    private final Closings closings;
    private final InvoiceQuantities quantities;

    /**
     * Closes cycles.
     *
     * @param closings what they are billed under
     * @param quantities read at the cuts
     */
    public CloseJob(Closings closings, InvoiceQuantities quantities) {
        this.closings = closings;
        this.quantities = quantities;
    }

    /** A cycle with what its invoice says; without lines there is no invoice. */
    private record Closed(OpenedCycle cycle, Computed invoice) {}

    @Override
    public void run(Batch batch) {
        LocalDate periodEnd = Objects.requireNonNull(batch.due().periodEnd(), "cycles close by their period's end");
        List<OpenedCycle> cycles = CycleReader.awaitingCut(
                batch.change().transaction(),
                batch.organizationId(),
                new DueCycles(batch.due().at(), batch.now(), batch.limit()),
                periodEnd);
        batch.claim(cycles.stream().map(OpenedCycle::subscription).toList());
        if (!cycles.isEmpty()) {
            List<Frozen> frozen =
                    closings.freeze(batch.change().transaction(), batch.organization(), cycles, batch::refuse);
            close(batch, withinBudget(batch, frozen));
        }
    }

    /** As many cycles from the front as fit into memory with all their tiers; the others are left to the next batch. */
    private static List<Frozen> withinBudget(Batch batch, List<Frozen> frozen) {
        long tiers = 0;
        int fitting = 0;
        for (Frozen one : frozen) {
            tiers += one.invoice().terms().tierCount();
            if (fitting > 0 && tiers > BATCH_TIERS) {
                break;
            }
            fitting++;
        }
        frozen.subList(fitting, frozen.size())
                .forEach(left -> batch.leave(left.cycle().subscription()));
        return frozen.subList(0, fitting);
    }

    /** PostgreSQL writes the invoices of one stretch while those of the next are computed. */
    private void close(Batch batch, List<Frozen> frozen) {
        List<Map<UsageNeed, BigDecimal>> usage = quantities.read(
                batch.change().transaction(),
                batch.organizationId(),
                frozen.stream().map(Frozen::invoice).toList());
        List<Closed> closed = new ArrayList<>();
        for (int from = 0; from < frozen.size(); from += STRETCH) {
            int to = Math.min(frozen.size(), from + STRETCH);
            List<Closed> computed = computed(batch, frozen.subList(from, to), usage.subList(from, to));
            InvoiceStore.write(
                    batch.change(),
                    batch.organization().invoicePrefix(),
                    computed.stream().map(Closed::invoice).toList());
            closed.addAll(computed);
        }
        finish(batch, closed);
    }

    private static List<Closed> computed(Batch batch, List<Frozen> frozen, List<Map<UsageNeed, BigDecimal>> usage) {
        List<Closed> closed = new ArrayList<>();
        for (int i = 0; i < frozen.size(); i++) {
            Frozen one = frozen.get(i);
            try {
                InvoiceContent content = InvoiceContent.of(one.invoice(), usage.get(i));
                closed.add(new Closed(
                        one.cycle(),
                        Computed.first(
                                content,
                                one.cycle().cycle().zeroInvoices(),
                                batch.organization().zone())));
            } catch (RuntimeException failed) {
                batch.refuse(one.cycle().subscription(), failed);
            }
        }
        return closed;
    }

    private static void finish(Batch batch, List<Closed> closed) {
        if (closed.isEmpty()) {
            return;
        }
        CycleStore.move(batch.change(), closed.stream().map(Closed::cycle).toList(), Cycle.State.CLOSED, batch.now());
        int invoices = 0;
        for (Closed one : closed) {
            if (one.invoice().isIssued()) {
                invoices++;
            } else {
                batch.change()
                        .append(
                                "cycle.closed",
                                "subscription:" + one.cycle().subscription(),
                                null,
                                Json.object()
                                        .put("cycle", one.cycle().cycle().number())
                                        .putNull("invoice")
                                        .put("reason", reason(one)));
            }
        }
        batch.processed("cycles", closed.size());
        batch.processed("invoices", invoices);
    }

    /** Why there is no invoice. */
    private static String reason(Closed closed) {
        return closed.invoice().content().lines().isEmpty() ? "no_lines" : "zero_invoice_skipped";
    }
}

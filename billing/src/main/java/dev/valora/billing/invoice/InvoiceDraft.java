package dev.valora.billing.invoice;

import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.invoice.InvoiceLine.Kind;
import dev.valora.billing.rating.Rounding;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Terms and quantities to lines: the arrears of the closing cycle, what earlier cycles owe by now, licences in advance, and
 * adjustments. Pure; asks for the quantities first ({@link #usageNeeds}) and computes with them then.
 */
public final class InvoiceDraft {

    private final InvoiceTerms terms;
    private final List<InvoiceLine> lines = new ArrayList<>();
    private final List<LedgerEntry> waived = new ArrayList<>();

    private InvoiceDraft(InvoiceTerms terms) {
        this.terms = terms;
    }

    /** What an invoice says, and what is not billed and never will be. */
    record Result(List<InvoiceLine> lines, List<LedgerEntry> waived) {
        Result {
            lines = List.copyOf(lines);
            waived = List.copyOf(waived);
        }
    }

    /** The quantities that {@link #compute} will ask for: cycle by cycle, in the order of items and time. */
    public static List<UsageNeed> usageNeeds(InvoiceTerms terms) {
        List<UsageNeed> needs = new ArrayList<>(new CycleUsage(terms.closing().terms()).needs());
        terms.late().forEach(bill -> needs.addAll(new CycleUsage(bill.terms()).needs()));
        return needs;
    }

    /**
     * The lines of the invoice.
     *
     * @param usage for each need its quantity; a need that is missing is a bug and throws
     */
    static Result compute(InvoiceTerms terms, Map<UsageNeed, BigDecimal> usage) {
        InvoiceDraft draft = new InvoiceDraft(terms);
        ArrearsLines arrears = new ArrearsLines(terms);
        draft.lines.addAll(arrears.of(terms.closing(), usage));
        draft.waived.addAll(arrears.waived());
        terms.late().forEach(bill -> draft.addLate(bill, usage));
        AdvanceLines advance = new AdvanceLines(terms.exponent());
        terms.advance().forEach(licence -> draft.lines.addAll(advance.of(licence)));
        terms.adjustments().forEach(draft::addAdjustment);
        return new Result(draft.lines, draft.waived);
    }

    /** The target at this cut minus what was billed or waived before, in one line for each thing that has changed. */
    private void addLate(CycleBill bill, Map<UsageNeed, BigDecimal> usage) {
        CycleUsage cycle = new CycleUsage(bill.terms());
        for (InvoiceTerms.ItemTerms item : bill.terms().items()) {
            UsageCharge.of(cycle, item, usage, terms.exponent()).ifPresent(charge -> addLate(bill, charge));
        }
    }

    private void addLate(CycleBill bill, UsageCharge charge) {
        LedgerEntry.Key key = new LedgerEntry.Key(
                bill.terms().cycle(), charge.item().id(), charge.item().price().code());
        CycleBill.Before before = bill.before(key).orElseGet(() -> CycleBill.Before.nothing(key));
        Correction correction = Correction.of(charge, before, terms.lateUsage());
        if (!correction.waived().isNothing()) {
            waived.add(LedgerEntry.waived(key, correction.waived(), terms.exponent()));
        }
        if (correction.billed().isNothing()) {
            return;
        }
        lines.add(correction.billed().line(charge, key.cycle(), "late usage", terms.exponent()));
    }

    private void addAdjustment(AdjustmentTerms adjustment) {
        lines.add(new InvoiceLine(
                Kind.ADJUSTMENT,
                adjustment.description(),
                null,
                terms.period(),
                null,
                Rounding.toMinorUnit(adjustment.amount(), terms.exponent()),
                Fraction.WHOLE,
                Map.of(),
                List.of()));
    }
}

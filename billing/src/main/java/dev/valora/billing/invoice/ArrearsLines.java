package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.InvoiceLine.Charged;
import dev.valora.billing.invoice.InvoiceLine.Kind;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.ingest.Organization;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a cycle costs once it is over: usage, and licences charged behind their period. Pure. */
final class ArrearsLines {

    private final int exponent;
    private final List<InvoiceLine> lines = new ArrayList<>();
    private final List<LedgerEntry> waived = new ArrayList<>();

    ArrearsLines(InvoiceTerms terms) {
        this.exponent = terms.exponent();
    }

    /** The lines of the closing cycle, item by item; the opening has none. */
    List<InvoiceLine> of(CycleBill bill, Map<UsageNeed, BigDecimal> usage) {
        CycleUsage cycle = new CycleUsage(bill.terms());
        for (ItemTerms item : bill.terms().items()) {
            switch (item.price().charge()) {
                case Basis.Recurring recurring -> {
                    if (!recurring.inAdvance() && !bill.terms().isTrial()) {
                        addLicence(bill.terms(), item);
                    }
                }
                case Basis.Usage price ->
                    UsageCharge.of(cycle, item, usage, exponent).ifPresent(charge -> addUsage(bill, price, charge));
            }
        }
        return List.copyOf(lines);
    }

    /** What is waived less than before, once the lines were made: nothing, unless the cycle is billed again. */
    List<LedgerEntry> waived() {
        return List.copyOf(waived);
    }

    /** A recurring charge takes the version in force on the first day of its service period. */
    private void addLicence(CycleTerms terms, ItemTerms item) {
        DateRange days = item.daysIn(terms.period().days()).orElse(null);
        Optional<PriceVersion> inForce =
                days == null ? Optional.empty() : item.price().versionOn(days.start());
        if (days == null || inForce.isEmpty()) {
            return;
        }
        PriceVersion version = inForce.get();
        lines.addAll(
                LicenceCharge.of(item, version, terms.period(), days, exponent).lines(charged(terms, item, version)));
    }

    /** A usage charge has one line for each of its parts, rounded once, and one for its minimum or maximum. */
    private void addUsage(CycleBill bill, Basis.Usage price, UsageCharge charge) {
        ItemTerms item = charge.item();
        for (UsageCharge.Part part : charge.parts()) {
            lines.add(new InvoiceLine(
                    Kind.USAGE,
                    item.price().label(),
                    charged(bill.terms(), item, part.version()),
                    part.days(),
                    part.quantity(),
                    part.amount(),
                    Fraction.WHOLE,
                    price.filter(),
                    part.charge().steps()));
        }
        Charged last = charged(bill.terms(), item, charge.last());
        lines.addAll(new BoundLines(item.price().label(), last, charge.days(), charge.share())
                .of(charge.topUp(), charge.cut()));
        bill.before(last.key()).ifPresent(before -> addBilledBefore(before, charge));
    }

    /** Only where an invoice is issued again, after others have billed or waived late usage of the same cycle. */
    private void addBilledBefore(CycleBill.Before before, UsageCharge charge) {
        Correction correction = Correction.of(charge, before, Organization.LateUsage.BILL_NEXT);
        if (!correction.waived().isNothing()) {
            waived.add(LedgerEntry.waived(before.key(), correction.waived(), exponent));
        }
        Correction.Part billedBefore = correction.billed().less(charge);
        if (!billedBefore.isNothing()) {
            lines.add(billedBefore.line(charge, before.key().cycle(), "billed before", exponent));
        }
    }

    private static Charged charged(CycleTerms terms, ItemTerms item, PriceVersion version) {
        return new Charged(
                terms.cycle(), item.id(), item.price().code(), version.version(), InvoiceLine.Purpose.ARREARS);
    }
}

package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the invoice of one cycle says: usage, licences in arrears, late usage of all cycles before, and licences in advance.
 *
 * <p>Where the documents are silent: a late line has the days of its item in its cycle, and the quantity by which the usage
 * differs from what was billed or waived; there is one where either differs, of 0 where the amount does not
 * (as of usage under a trial), unless late usage is only recorded; a new revision corrects those earlier cycles that the first one
 * had to look at, and what else is late by then waits for the next closing.
 */
final class Closing {

    private final World world;
    private final Books books;
    private final Calendar calendar;
    private final Items items;
    private final String customer;

    Closing(World world, Books books, Calendar calendar, Items items, String customer) {
        this.world = world;
        this.books = books;
        this.calendar = calendar;
        this.items = items;
        this.customer = customer;
    }

    /** The first charges in advance. */
    void open(Issued invoice, Cycle first) {
        List<LicenceCharges.Stretch> stretches = first.isTail() ? List.of() : List.of(stretch(first, false));
        LicenceCharges charges =
                new LicenceCharges(books, world.terms(), invoice, Map.of(first.number(), first.period()), stretches);
        items.all().forEach(item -> billLicence(charges, item));
    }

    /** Bills a cycle for the first time. */
    void close(Issued invoice, List<Cycle> cycles, Cycle cycle) {
        cycle.close(measured(cycle));
        close(invoice, cycles, cycles.subList(0, cycle.number() - 1), cycle, cycle.cut());
    }

    /** Bills a cycle again at a later cut. */
    void again(Issued invoice, List<Cycle> cycles, Cycle cycle, Instant cut) {
        close(invoice, cycles, lookedAt(cycles, cycle), cycle, cut);
    }

    /** The earlier cycles of which anything was accepted or voided between the cut of the cycle before and that of a cycle. */
    private List<Cycle> lookedAt(List<Cycle> cycles, Cycle cycle) {
        List<Cycle> found = new ArrayList<>();
        Instant from = cycle.number() == 1
                ? cycle.cut()
                : cycles.get(cycle.number() - 2).cut();
        for (Cycle earlier : cycles.subList(0, cycle.number() - 1)) {
            boolean isChanged = world.usageOf(customer).stream()
                    .filter(event -> earlier.period().contains(world.terms().dayOf(event.at())))
                    .filter(event ->
                            items.all().stream().anyMatch(item -> item.price().measures(event)))
                    .anyMatch(event -> event.isChangedBetween(from, cycle.cut()));
            if (isChanged) {
                found.add(earlier);
            }
        }
        return found;
    }

    private void close(Issued invoice, List<Cycle> cycles, List<Cycle> earlier, Cycle cycle, Instant cut) {
        for (Cycle.Measured measured : cycle.measured()) {
            billUsage(invoice, cycle, measured, cut);
        }
        for (Cycle late : earlier) {
            for (Cycle.Measured measured : late.measured()) {
                billLate(invoice, late, measured, cut, cycle.policy());
            }
        }
        Map<Integer, Days> periods = cycles.stream()
                .filter(known -> known.number() <= cycle.number() + 1)
                .collect(Collectors.toMap(Cycle::number, Cycle::period));
        LicenceCharges charges = new LicenceCharges(books, world.terms(), invoice, periods, stretches(cycles, cycle));
        items.all().forEach(item -> billLicence(charges, item));
    }

    private static void billLicence(LicenceCharges charges, Item item) {
        if (item.price().isLicence()) {
            charges.bill(item);
        }
    }

    private List<LicenceCharges.Stretch> stretches(List<Cycle> cycles, Cycle closing) {
        List<LicenceCharges.Stretch> stretches = new ArrayList<>();
        for (Cycle cycle : cycles) {
            if (!cycle.isTrial() && !cycle.isTail() && cycle.number() <= closing.number() + 1) {
                stretches.add(stretch(cycle, false));
            }
        }
        if (!closing.isTrial() && !closing.isTail()) {
            stretches.add(0, stretch(closing, true));
        }
        return stretches;
    }

    private LicenceCharges.Stretch stretch(Cycle cycle, boolean inArrears) {
        return new LicenceCharges.Stretch(cycle.number(), cycle.period(), fullDays(cycle), inArrears);
    }

    private long fullDays(Cycle cycle) {
        return calendar.full(cycle.period().start()).count();
    }

    private List<Cycle.Measured> measured(Cycle cycle) {
        List<Cycle.Measured> measured = new ArrayList<>();
        for (Item item : items.all()) {
            Days days = cycle.isTail() ? null : item.living(cycle.period());
            if (days != null && !item.price().isLicence()) {
                measured.add(new Cycle.Measured(item, days));
            }
        }
        return measured;
    }

    private UsageCharge.Charge charge(Cycle cycle, Cycle.Measured measured, Instant cut) {
        return new UsageCharge(
                        world.terms(),
                        world.usageOf(customer),
                        cycle,
                        cycle.measured(),
                        cycle.isTrial() ? cycle.period().count() : fullDays(cycle),
                        cut)
                .of(measured);
    }

    private void billUsage(Issued invoice, Cycle cycle, Cycle.Measured measured, Instant cut) {
        UsageCharge.Charge charge = charge(cycle, measured, cut);
        Item item = measured.item();
        BigDecimal before = books.billed(cycle.number(), item).add(books.waived(cycle.number(), item));
        BigDecimal quantityBefore = books.quantity(cycle.number(), item);
        charge.lines().forEach(invoice::add);
        if (before.signum() != 0 || quantityBefore.signum() != 0) {
            invoice.add(new Line(
                    "late_usage",
                    item.price().code(),
                    cycle.number(),
                    measured.days(),
                    quantityBefore.negate(),
                    before.negate().setScale(world.terms().exponent(), RoundingMode.UNNECESSARY)));
        }
        books.add(new Books.UsageEntry(
                cycle.number(),
                item.number(),
                charge.quantity().subtract(quantityBefore),
                charge.amount().subtract(before),
                invoice));
    }

    /** Bills what is owed beyond what was billed and waived; what is owed less comes off what was waived first. */
    private void billLate(Issued invoice, Cycle cycle, Cycle.Measured measured, Instant cut, Policy policy) {
        Item item = measured.item();
        UsageCharge.Charge charge = charge(cycle, measured, cut);
        BigDecimal billed = books.billed(cycle.number(), item);
        BigDecimal waived = books.waived(cycle.number(), item);
        BigDecimal quantity = charge.quantity().subtract(books.quantity(cycle.number(), item));
        BigDecimal owed = charge.amount().subtract(billed).subtract(waived);
        BigDecimal offWaived = owed.signum() < 0
                ? owed.max(waived.max(BigDecimal.ZERO).negate())
                : policy.recordsLateUsageOnly() ? owed : BigDecimal.ZERO;
        BigDecimal onInvoice =
                owed.subtract(offWaived).max(billed.max(BigDecimal.ZERO).negate());
        boolean isShown = offWaived.signum() == 0 && !policy.recordsLateUsageOnly();
        boolean isOnInvoice = onInvoice.signum() != 0 || (isShown && quantity.signum() != 0);
        BigDecimal quantityOffWaived = isOnInvoice ? quantityOffWaived(cycle, item, offWaived) : quantity;
        if (offWaived.signum() != 0 || quantityOffWaived.signum() != 0) {
            books.add(new Books.UsageEntry(cycle.number(), item.number(), quantityOffWaived, offWaived, null));
        }
        if (isOnInvoice) {
            BigDecimal own = quantity.subtract(quantityOffWaived);
            books.add(new Books.UsageEntry(cycle.number(), item.number(), own, onInvoice, invoice));
            invoice.add(new Line(
                    "late_usage",
                    item.price().code(),
                    cycle.number(),
                    measured.days(),
                    own,
                    onInvoice.setScale(world.terms().exponent(), RoundingMode.UNNECESSARY)));
        }
    }

    /** Before anything that was billed comes off, all that was waived did, with its quantity. */
    private BigDecimal quantityOffWaived(Cycle cycle, Item item, BigDecimal offWaived) {
        return offWaived.signum() < 0
                ? books.quantityWaived(cycle.number(), item).negate()
                : BigDecimal.ZERO;
    }
}

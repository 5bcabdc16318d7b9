package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.InvoiceLine.Charged;
import dev.valora.billing.invoice.InvoiceLine.Kind;
import dev.valora.billing.invoice.InvoiceLine.Purpose;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.rating.AmountBounds;
import dev.valora.billing.rating.Charge;
import dev.valora.billing.rating.Rating;
import dev.valora.billing.rating.Rounding;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Licences charged before their period: the whole of a period that comes, the rest of one in which something changed, and the
 * days given back that were billed and not used. Pure.
 */
final class AdvanceLines {

    private final int exponent;

    AdvanceLines(int exponent) {
        this.exponent = exponent;
    }

    /** What is still to be said of one licence in one cycle. */
    List<InvoiceLine> of(AdvanceTerms licence) {
        Optional<PriceVersion> inForce = licence.item().price().versionOn(licence.firstDay());
        if (inForce.isEmpty()) {
            return List.of();
        }
        Optional<DateRange> due = licence.item().daysIn(licence.period().days());
        List<InvoiceLine> lines = new ArrayList<>();
        for (AdvanceDays.Open open : AdvanceDays.of(due, licence.held())) {
            if (Math.abs(open.times()) > 1) {
                throw new RefusedInvoiceException(
                        "days_billed_twice",
                        "The price " + licence.item().price().code() + " was billed or given back more than once for "
                                + open.days() + ".");
            }
            lines.addAll(
                    open.times() < 0
                            ? List.of(prorated(licence, inForce.get(), open.days(), true))
                            : charge(licence, inForce.get(), open.days()));
        }
        return lines;
    }

    private List<InvoiceLine> charge(AdvanceTerms licence, PriceVersion version, DateRange days) {
        return days.equals(licence.period().days())
                ? wholePeriod(licence, version)
                : List.of(prorated(licence, version, days, false));
    }

    private List<InvoiceLine> wholePeriod(AdvanceTerms licence, PriceVersion version) {
        DateRange days = licence.period().days();
        Fraction share = licence.period().shareOf(days);
        ItemTerms item = licence.item();
        Charge charge = Rating.rate(version.terms().model(), item.quantity());
        BigDecimal amount = Rounding.toMinorUnit(charge.amount(), share, exponent);
        AmountBounds bounds = version.terms().bounds();
        Charged charged = charged(licence, version, Purpose.ADVANCE);
        List<InvoiceLine> lines = new ArrayList<>();
        lines.add(new InvoiceLine(
                Kind.RECURRING,
                item.price().label(),
                charged,
                days,
                item.quantity(),
                amount,
                share,
                Map.of(),
                charge.steps()));
        lines.addAll(new BoundLines(item.price().label(), charged, days, share)
                .of(bounds.topUp(amount, share, exponent), bounds.cut(amount, share, exponent)));
        return lines;
    }

    /** Some days of a period, minimum and maximum included, in one line. */
    private InvoiceLine prorated(AdvanceTerms licence, PriceVersion version, DateRange days, boolean isCredit) {
        ItemTerms item = licence.item();
        Fraction share = licence.period().shareOf(days);
        Charge charge = Rating.rate(version.terms().model(), item.quantity());
        BigDecimal exact = Rounding.toMinorUnit(charge.amount(), share, exponent);
        AmountBounds bounds = version.terms().bounds();
        BigDecimal amount = exact.add(bounds.topUp(exact, share, exponent)).add(bounds.cut(exact, share, exponent));
        return new InvoiceLine(
                Kind.PRORATION,
                item.price().label() + (isCredit ? ", unused days" : ", prorated"),
                charged(licence, version, isCredit ? Purpose.GIVEN_BACK : Purpose.ADVANCE),
                days,
                item.quantity(),
                isCredit ? amount.negate() : amount,
                share,
                Map.of(),
                charge.steps());
    }

    private static Charged charged(AdvanceTerms licence, PriceVersion version, Purpose purpose) {
        return new Charged(
                licence.cycle(), licence.item().id(), licence.item().price().code(), version.version(), purpose);
    }
}

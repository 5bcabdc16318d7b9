package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.InvoiceLine.Charged;
import dev.valora.billing.invoice.InvoiceLine.Kind;
import dev.valora.billing.invoice.InvoiceLine.Purpose;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
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
                ? rated(licence, version, days).lines(charged(licence, version, Purpose.ADVANCE))
                : List.of(prorated(licence, version, days, false));
    }

    /** Some days of a period, minimum and maximum included, in one line. */
    private InvoiceLine prorated(AdvanceTerms licence, PriceVersion version, DateRange days, boolean isCredit) {
        ItemTerms item = licence.item();
        LicenceCharge rated = rated(licence, version, days);
        return new InvoiceLine(
                Kind.PRORATION,
                item.price().label() + (isCredit ? ", unused days" : ", prorated"),
                charged(licence, version, isCredit ? Purpose.GIVEN_BACK : Purpose.ADVANCE),
                days,
                item.quantity(),
                isCredit ? rated.bounded().negate() : rated.bounded(),
                rated.share(),
                Map.of(),
                rated.charge().steps());
    }

    private LicenceCharge rated(AdvanceTerms licence, PriceVersion version, DateRange days) {
        return LicenceCharge.of(licence.item(), version, licence.period(), days, exponent);
    }

    private static Charged charged(AdvanceTerms licence, PriceVersion version, Purpose purpose) {
        return new Charged(
                licence.cycle(), licence.item().id(), licence.item().price().code(), version.version(), purpose);
    }
}

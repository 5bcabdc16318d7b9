package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.InvoiceLine.Charged;
import dev.valora.billing.invoice.InvoiceLine.Kind;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import dev.valora.billing.rating.Charge;
import dev.valora.billing.rating.Rating;
import dev.valora.billing.rating.Rounding;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a licence costs for some days of a period. Pure.
 *
 * @param share of the full period
 * @param charge exact, of the full period
 * @param amount of the days, rounded
 * @param topUp what lacks to the minimum of the days, 0 or positive
 * @param cut what is above their maximum, 0 or negative
 */
record LicenceCharge(
        ItemTerms item,
        DateRange days,
        Fraction share,
        Charge charge,
        BigDecimal amount,
        BigDecimal topUp,
        BigDecimal cut) {

    /** @param exponent of the currency's minor unit */
    static LicenceCharge of(ItemTerms item, PriceVersion version, ServicePeriod period, DateRange days, int exponent) {
        Fraction share = period.shareOf(days);
        Charge charge = Rating.rate(version.terms().model(), item.quantity());
        BigDecimal amount = Rounding.toMinorUnit(charge.amount(), share, exponent);
        return new LicenceCharge(
                item,
                days,
                share,
                charge,
                amount,
                version.terms().bounds().topUp(amount, share, exponent),
                version.terms().bounds().cut(amount, share, exponent));
    }

    /** Minimum and maximum included. */
    BigDecimal bounded() {
        return amount.add(topUp).add(cut);
    }

    /** One line, and one for its minimum or maximum. */
    List<InvoiceLine> lines(Charged charged) {
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
        lines.addAll(new BoundLines(item.price().label(), charged, days, share).of(topUp, cut));
        return lines;
    }
}

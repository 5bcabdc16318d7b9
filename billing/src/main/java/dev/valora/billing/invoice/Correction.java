package dev.valora.billing.invoice;

import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.rating.Rounding;
import dev.valora.ingest.Organization;
import java.math.BigDecimal;
import java.util.List;

/**
 * The difference between what a cycle owes for one thing and what was billed or waived of it before, parted into what is billed
 * now and what is waived now. What nobody was asked to pay is never given back: a fall takes from what was waived first, and
 * from what was billed no more than that. Pure.
 *
 * @param billed what stands on the invoice
 * @param waived what only the ledger keeps; below zero where less is waived than before
 */
record Correction(Part billed, Part waived) {

    /** An amount and the quantity that it is for, either of any sign. */
    record Part(BigDecimal amount, BigDecimal quantity) {

        static final Part NOTHING = new Part(BigDecimal.ZERO, BigDecimal.ZERO);

        boolean isNothing() {
            return amount.signum() == 0 && quantity.signum() == 0;
        }

        /** What is left once the whole charge is taken off. */
        Part less(UsageCharge charge) {
            return new Part(amount.subtract(charge.amount()), quantity.subtract(charge.quantity()));
        }

        /**
         * The line that bills it, whose description says why.
         *
         * @param cycle whose usage is corrected
         * @param exponent of the currency's minor unit
         */
        InvoiceLine line(UsageCharge charge, int cycle, String why, int exponent) {
            Price price = charge.item().price();
            return new InvoiceLine(
                    InvoiceLine.Kind.LATE_USAGE,
                    price.label() + ", " + why,
                    new InvoiceLine.Charged(
                            cycle,
                            charge.item().id(),
                            price.code(),
                            charge.last().version(),
                            InvoiceLine.Purpose.ARREARS),
                    charge.days(),
                    quantity,
                    Rounding.toMinorUnit(amount, exponent),
                    Fraction.WHOLE,
                    ((Basis.Usage) price.charge()).filter(),
                    List.of());
        }
    }

    /**
     * Parts a difference.
     *
     * @param rise what becomes of it when more is owed than before
     */
    static Correction of(UsageCharge charge, CycleBill.Before before, Organization.LateUsage rise) {
        Part whole = new Part(
                charge.amount().subtract(before.amount()), charge.quantity().subtract(before.quantity()));
        if (whole.amount().signum() < 0) {
            return fall(whole, before);
        }
        return switch (rise) {
            case BILL_NEXT -> new Correction(whole, Part.NOTHING);
            case RECORD_ONLY -> new Correction(Part.NOTHING, whole);
        };
    }

    private static Correction fall(Part whole, CycleBill.Before before) {
        BigDecimal fall = whole.amount().negate();
        BigDecimal untilNothingIsWaived = fall.min(before.waivedAmount().max(BigDecimal.ZERO));
        BigDecimal givenBack =
                fall.subtract(untilNothingIsWaived).min(before.billedAmount().max(BigDecimal.ZERO));
        BigDecimal waived = fall.subtract(givenBack);
        if (waived.signum() == 0) {
            return new Correction(whole, Part.NOTHING);
        }
        if (givenBack.signum() == 0) {
            return new Correction(Part.NOTHING, whole);
        }
        BigDecimal quantity =
                whole.quantity().negate().min(before.waivedQuantity()).max(BigDecimal.ZERO);
        return new Correction(
                new Part(givenBack.negate(), whole.quantity().add(quantity)),
                new Part(waived.negate(), quantity.negate()));
    }
}

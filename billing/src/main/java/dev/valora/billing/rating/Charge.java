package dev.valora.billing.rating;

import java.math.BigDecimal;
import java.util.List;

/**
 * What a quantity costs, exactly, and how that came about.
 *
 * @param amount the exact sum of the steps
 * @param steps in the order of tiers
 */
public record Charge(BigDecimal amount, List<Step> steps) {

    /**
     * One step of a derivation.
     *
     * @param tier from 1
     * @param quantity rated in this tier; for packages, how many packages
     * @param unitAmount for each of them
     * @param flatAmount that this step charges; 0 when an earlier part charged it
     * @param amount quantity × unit amount + flat amount
     */
    public record Step(int tier, BigDecimal quantity, BigDecimal unitAmount, BigDecimal flatAmount, BigDecimal amount) {

        static Step of(int tier, BigDecimal quantity, BigDecimal unitAmount, BigDecimal flatAmount) {
            return new Step(
                    tier,
                    quantity,
                    unitAmount,
                    flatAmount,
                    quantity.multiply(unitAmount).add(flatAmount));
        }
    }

    public Charge {
        steps = List.copyOf(steps);
    }

    static Charge of(List<Step> steps) {
        return new Charge(steps.stream().map(Step::amount).reduce(BigDecimal.ZERO, BigDecimal::add), steps);
    }
}

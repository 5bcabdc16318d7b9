package dev.valora.billing.rating;

import java.math.BigDecimal;
import java.util.List;

/** How a quantity becomes an amount. Amounts are in major units of the currency and may be far below its minor unit. */
public sealed interface PriceModel {

    /** How many tiers it has; a model without tiers is one. */
    default int tierCount() {
        return switch (this) {
            case Graduated graduated -> graduated.tiers().size();
            case Volume volume -> volume.tiers().size();
            case Flat flat -> 1;
            case PerUnit perUnit -> 1;
            case Packages packages -> 1;
        };
    }

    /** One amount whatever the quantity. */
    record Flat(BigDecimal amount) implements PriceModel {}

    /**
     * Every unit costs the same.
     *
     * @param freeUnits of a cycle that cost nothing; at least 0
     */
    record PerUnit(BigDecimal unitAmount, BigDecimal freeUnits) implements PriceModel {
        public PerUnit {
            requireNotNegative(freeUnits, "freeUnits");
        }
    }

    /** Each unit costs what its own tier says. */
    record Graduated(List<Tier> tiers) implements PriceModel {
        public Graduated {
            tiers = checked(tiers);
        }
    }

    /** All units cost what the tier says that the whole quantity reaches. */
    record Volume(List<Tier> tiers) implements PriceModel {
        public Volume {
            tiers = checked(tiers);
        }
    }

    /**
     * Every started package costs the same.
     *
     * @param size units in a package, above 0
     * @param freeUnits of a cycle that cost nothing; at least 0
     */
    record Packages(BigDecimal size, BigDecimal amount, BigDecimal freeUnits) implements PriceModel {
        public Packages {
            if (size.signum() <= 0) {
                throw new IllegalArgumentException("a package must hold something, not " + size);
            }
            requireNotNegative(freeUnits, "freeUnits");
        }
    }

    private static void requireNotNegative(BigDecimal value, String name) {
        if (value.signum() < 0) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
    }

    private static List<Tier> checked(List<Tier> tiers) {
        if (tiers.isEmpty() || tiers.getLast().upTo() != null) {
            throw new IllegalArgumentException("the last tier must be open");
        }
        BigDecimal below = BigDecimal.ZERO;
        for (Tier tier : tiers.subList(0, tiers.size() - 1)) {
            BigDecimal upTo = tier.upTo();
            if (upTo == null || upTo.compareTo(below) <= 0) {
                throw new IllegalArgumentException("tiers must ascend: " + upTo + " after " + below);
            }
            below = upTo;
        }
        return List.copyOf(tiers);
    }
}

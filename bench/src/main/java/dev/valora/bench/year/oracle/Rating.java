package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Quantities under versions, by the tables of {@code docs/rating.md}. Exact, but for {@link #rounded}.
 *
 * <p>Where the documents are silent: the one amount of a flat version is charged once a cycle, by the flat version in force first, as
 * the flat amount of a tier that is entered at 0 is. Where the model changes inside a cycle, the flat amount of a volume tier comes
 * from the last version that has volume tiers, and a graduated tier is entered under graduated versions alone; quantities go on
 * through all models.
 */
final class Rating {

    private Rating() {}

    /** A quantity of usage under the version of its days. */
    record Part(Version version, BigDecimal quantity) {}

    /** The exact amount of each part of one cycle, in the order of time. */
    static List<BigDecimal> amounts(List<Part> parts) {
        BigDecimal whole = parts.stream().map(Part::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
        List<BigDecimal> amounts = new ArrayList<>();
        BigDecimal before = BigDecimal.ZERO;
        int entered = 0;
        boolean isFlatCharged = false;
        for (int i = 0; i < parts.size(); i++) {
            Version version = parts.get(i).version();
            BigDecimal after = before.add(parts.get(i).quantity());
            BigDecimal from = notNegative(before);
            BigDecimal to = notNegative(after);
            int reached = version.model() == Version.Model.GRADUATED ? tierOf(version, to) : 0;
            amounts.add(
                    switch (version.model()) {
                        case FLAT -> isFlatCharged ? BigDecimal.ZERO : version.amount();
                        case PER_UNIT ->
                            beyond(to, version.free())
                                    .subtract(beyond(from, version.free()))
                                    .multiply(version.amount());
                        case PACKAGE ->
                            packages(version, to)
                                    .subtract(packages(version, from))
                                    .multiply(version.amount());
                        case GRADUATED -> graduated(version, from, to, entered, reached);
                        case VOLUME -> volume(version, to.subtract(from), notNegative(whole), isLastVolume(parts, i));
                    });
            isFlatCharged |= version.model() == Version.Model.FLAT;
            entered = Math.max(entered, reached);
            before = after;
        }
        return amounts;
    }

    private static boolean isLastVolume(List<Part> parts, int index) {
        return parts.subList(index + 1, parts.size()).stream()
                .noneMatch(part -> part.version().model() == Version.Model.VOLUME);
    }

    /** What a licence of a quantity costs for a full period, exact. */
    static BigDecimal licence(Version version, BigDecimal quantity) {
        return amounts(List.of(new Part(version, quantity))).getFirst();
    }

    /** An exact amount times days over days, rounded half away from zero to an exponent. */
    static BigDecimal rounded(BigDecimal exact, long days, long of, int exponent) {
        return exact.multiply(BigDecimal.valueOf(days)).divide(BigDecimal.valueOf(of), exponent, RoundingMode.HALF_UP);
    }

    private static BigDecimal graduated(Version version, BigDecimal from, BigDecimal to, int entered, int reached) {
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal below = BigDecimal.ZERO;
        for (int tier = 1; tier <= version.tiers().size(); tier++) {
            Tier step = version.tiers().get(tier - 1);
            BigDecimal units = within(to, below, step.upTo()).subtract(within(from, below, step.upTo()));
            sum = sum.add(units.multiply(step.unitAmount()));
            if (tier > entered && tier <= reached) {
                sum = sum.add(step.flatAmount());
            }
            below = step.upTo() == null ? below : step.upTo();
        }
        return sum;
    }

    private static BigDecimal volume(Version version, BigDecimal units, BigDecimal whole, boolean isLast) {
        Tier tier = version.tiers().get(tierOf(version, whole) - 1);
        BigDecimal amount = units.multiply(tier.unitAmount());
        return isLast ? amount.add(tier.flatAmount()) : amount;
    }

    /** From 1: the first tier whose bound the quantity does not pass. */
    private static int tierOf(Version version, BigDecimal quantity) {
        int tier = 1;
        for (Tier step : version.tiers()) {
            if (step.upTo() == null || quantity.compareTo(step.upTo()) <= 0) {
                return tier;
            }
            tier++;
        }
        throw new IllegalStateException("the last tier is not open: " + version);
    }

    private static BigDecimal packages(Version version, BigDecimal quantity) {
        return beyond(quantity, version.free()).divide(version.packageSize(), 0, RoundingMode.CEILING);
    }

    /** How much of a quantity lies above one bound and not above another. */
    private static BigDecimal within(BigDecimal quantity, BigDecimal below, @Nullable BigDecimal upTo) {
        return beyond(upTo == null ? quantity : quantity.min(upTo), below);
    }

    private static BigDecimal beyond(BigDecimal quantity, BigDecimal bound) {
        return notNegative(quantity.subtract(bound));
    }

    private static BigDecimal notNegative(BigDecimal quantity) {
        return quantity.max(BigDecimal.ZERO);
    }
}

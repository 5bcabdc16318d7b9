package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a price charges from a day on.
 *
 * @param from the first day in force; {@link LocalDate#MIN} for one that always was
 * @param amount of a flat version, of a unit, or of a package
 * @param free units that cost nothing
 * @param packageSize of a package; one otherwise
 * @param tiers empty unless the model has them
 */
public record Version(
        LocalDate from,
        Model model,
        BigDecimal amount,
        BigDecimal free,
        BigDecimal packageSize,
        List<Tier> tiers,
        @Nullable BigDecimal minimum,
        @Nullable BigDecimal maximum) {

    /** The five models. */
    public enum Model {
        /** One amount. */
        FLAT,
        /** The same for each unit. */
        PER_UNIT,
        /** Each unit at its tier. */
        GRADUATED,
        /** All units at the tier reached. */
        VOLUME,
        /** Each package begun. */
        PACKAGE
    }

    /** Keeps copies. */
    public Version {
        tiers = List.copyOf(tiers);
    }
}

package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A step of a tiered version.
 *
 * @param upTo inclusive; null on the last
 */
public record Tier(@Nullable BigDecimal upTo, BigDecimal unitAmount, BigDecimal flatAmount) {}

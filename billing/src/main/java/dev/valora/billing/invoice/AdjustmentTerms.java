package dev.valora.billing.invoice;

import java.math.BigDecimal;
import java.util.UUID;

/**
 * An amount that somebody put on the next invoice by hand.
 *
 * @param amount with at most the currency's exponent of digits behind the point; negative for a credit
 */
public record AdjustmentTerms(UUID id, String description, BigDecimal amount) {}

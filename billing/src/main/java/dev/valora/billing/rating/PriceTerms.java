package dev.valora.billing.rating;

/** What one version of a price charges. Never edited once in force; a later version replaces it from its date on. */
public record PriceTerms(PriceModel model, AmountBounds bounds) {}

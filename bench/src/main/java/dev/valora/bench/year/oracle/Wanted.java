package dev.valora.bench.year.oracle;

import java.math.BigDecimal;

/** A price that was asked for; the quantity of usage is one. */
public record Wanted(String price, BigDecimal quantity) {}

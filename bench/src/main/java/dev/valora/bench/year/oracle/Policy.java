package dev.valora.bench.year.oracle;

import java.time.Instant;

/**
 * What an organization has agreed on for cycles that open from an instant on.
 *
 * @param graceHours how long usage may be late
 * @param netTermsDays from issue to due
 * @param recordsLateUsageOnly whether late usage is waived
 * @param skipsZeroInvoices whether an invoice on which every amount is 0 is left out
 */
public record Policy(
        Instant from, int graceHours, int netTermsDays, boolean recordsLateUsageOnly, boolean skipsZeroInvoices) {}

package dev.valora.billing.cycles;

import dev.valora.billing.JobKind;
import dev.valora.ingest.OrganizationId;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * The earliest work of an organization that is due.
 *
 * @param at when it came due
 * @param since when it could first be done: later than {@code at} if the subscription was created, or retried, later
 * @param periodEnd of the cycles to close; null for other jobs. Cycles of one due time are closed in the order of their period
 *     ends, which is the order of invoice numbers
 */
public record Due(
        OrganizationId organization,
        JobKind job,
        Instant at,
        Instant since,
        @Nullable LocalDate periodEnd) {}

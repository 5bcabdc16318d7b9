package dev.valora.billing.offering;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;

/** The periods of a price that were billed to anyone, in arrears or in advance. */
final class BilledPeriods {

    /** A closed cycle has billed its own period. */
    private static final String IN_ARREARS = "c.number > 0 AND c.state = 'closed'";

    /** A closed cycle has billed the period of the next one; the opening, the first period, which it carries itself. */
    private static final String IN_ADVANCE = """
            (c.number = 0 AND c.state = 'closed' OR EXISTS (
                SELECT FROM billing.cycles before
                WHERE before.organization_id = c.organization_id AND before.subscription_id = c.subscription_id
                    AND before.number = c.number - 1 AND before.number > 0 AND before.state = 'closed'))
            """;

    private static final String FIRST_WITHIN = """
            SELECT c.period_start, c.period_end
            FROM billing.items i
            JOIN billing.cycles c ON c.organization_id = i.organization_id AND c.subscription_id = i.subscription_id
            WHERE i.organization_id = $1 AND i.price = $2
                AND c.period_end > $3 AND ($4::date IS NULL OR c.period_start < $4::date)
                AND least(i.start_date, i.charged_from) < c.period_end
                AND (i.end_date IS NULL OR i.charged_until IS NULL
                    OR greatest(i.end_date, i.charged_until) > c.period_start)
                AND c.kind <> 'tail' AND %s
            ORDER BY c.period_end DESC LIMIT 1
            """;
    private static final String ARREARS_WITHIN = FIRST_WITHIN.formatted(IN_ARREARS);
    private static final String ADVANCE_WITHIN = FIRST_WITHIN.formatted(IN_ADVANCE);

    private BilledPeriods() {}

    /** A billed period in which a version would be in force that starts on this day; the last of them. */
    static Optional<DateRange> touchedBy(
            Database.Transaction transaction, OrganizationId organization, Price price, LocalDate effectiveFrom) {
        String query = price.isInAdvance() ? ADVANCE_WITHIN : ARREARS_WITHIN;
        Tuple parameters = Tuple.tuple()
                .addUUID(organization.value())
                .addString(price.code())
                .addLocalDate(effectiveFrom)
                .addValue(nextAfter(price, effectiveFrom).orElse(null));
        for (Row row : transaction.execute(query, parameters)) {
            return Optional.of(new DateRange(row.getLocalDate("period_start"), row.getLocalDate("period_end")));
        }
        return Optional.empty();
    }

    /** Where the version that follows takes over. */
    private static Optional<LocalDate> nextAfter(Price price, LocalDate day) {
        return price.versions().stream()
                .map(PriceVersion::effectiveFrom)
                .filter(Objects::nonNull)
                .filter(from -> from.isAfter(day))
                .min(LocalDate::compareTo);
    }
}

package dev.valora.aggregator.store;

import dev.valora.aggregator.AcceptedWindowReader;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Quantity;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Window rows as they stand in PostgreSQL. Without state. */
public final class PgAcceptedWindowReader implements AcceptedWindowReader {

    private static final String SELECT = """
            WITH series AS MATERIALIZED (
                SELECT s.series_id, s.dimensions_key, s.dimensions FROM usage.series s
                WHERE s.organization_id = $1 AND s.meter = $2 AND s.customer = $3),
            starts AS MATERIALIZED (
                SELECT DISTINCT found.window_start
                FROM series CROSS JOIN LATERAL (
                    SELECT DISTINCT w.window_start FROM usage.windows w
                    WHERE w.series_id = series.series_id
                        AND w.window_start >= $4 AND w.window_start < $5 AND w.window_start > $6
                    ORDER BY w.window_start LIMIT $7
                ) found
                ORDER BY found.window_start LIMIT $7)
            SELECT w.window_start, w.accepted_hour, series.dimensions::text AS dimensions, coalesce(w.value, 0) AS value, w.events
            FROM starts CROSS JOIN series CROSS JOIN LATERAL (
                SELECT w.window_start, w.accepted_hour, w.value, w.events FROM usage.windows w
                WHERE w.series_id = series.series_id AND w.window_start = starts.window_start
                OFFSET 0
            ) w
            ORDER BY w.window_start, w.accepted_hour, series.dimensions_key
            """;

    @Override
    public List<Accepted> read(
            Database.Transaction transaction,
            OrganizationId organization,
            Question question,
            Instant after,
            int windows) {
        Tuple parameters = Tuple.tuple()
                .addUUID(organization.value())
                .addString(question.meter())
                .addString(question.customer())
                .addOffsetDateTime(Timestamps.toSql(question.from()))
                .addOffsetDateTime(Timestamps.toSql(question.to()))
                .addOffsetDateTime(Timestamps.toSql(after))
                .addInteger(windows);
        List<Accepted> rows = new ArrayList<>();
        for (Row row : transaction.execute(SELECT, parameters)) {
            rows.add(new Accepted(
                    Timestamps.read(row, "window_start"),
                    Timestamps.read(row, "accepted_hour"),
                    StoredDimensions.of(row),
                    new Quantity(row.get(BigDecimal.class, "value")),
                    row.getLong("events")));
        }
        return rows;
    }
}

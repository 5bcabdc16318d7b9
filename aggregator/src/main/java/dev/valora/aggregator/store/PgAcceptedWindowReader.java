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
            WITH starts AS (
                SELECT DISTINCT window_start FROM usage.windows
                WHERE organization_id = $1 AND meter = $2 AND customer = $3
                    AND window_start >= $4 AND window_start < $5 AND window_start > $6
                ORDER BY window_start LIMIT $7)
            SELECT w.window_start, w.accepted_hour, w.dimensions::text AS dimensions, coalesce(w.value, 0) AS value, w.events
            FROM starts JOIN usage.windows w ON w.organization_id = $1 AND w.meter = $2 AND w.customer = $3
                AND w.window_start = starts.window_start
            ORDER BY w.window_start, w.accepted_hour, w.dimensions_key
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

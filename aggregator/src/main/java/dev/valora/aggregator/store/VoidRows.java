package dev.valora.aggregator.store;

import dev.valora.aggregator.Windows;
import dev.valora.aggregator.fold.VoidDelta;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Position;
import dev.valora.ingest.StoredEvent;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Which events were voided, when and why. Reading the journal on from an event would tell it too, but only at its end. */
public final class VoidRows {

    private static final int ROWS_A_STATEMENT = 2_500;

    /** An event is voided once: were there two voids of it in a journal, the first would count. */
    private static final String INSERT = """
            INSERT INTO usage.voids (organization_id, event_position, void_position, accepted_at, reason)
            SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::text[])
            ON CONFLICT (organization_id, event_position) DO NOTHING
            """;

    private static final String SELECT = """
            SELECT event_position, void_position, accepted_at, reason FROM usage.voids
            WHERE organization_id = $1 AND event_position = ANY($2)
            """;

    private VoidRows() {}

    static void write(Database.Transaction transaction, List<VoidDelta> voids) {
        for (int from = 0; from < voids.size(); from += ROWS_A_STATEMENT) {
            List<VoidDelta> rows = voids.subList(from, Math.min(voids.size(), from + ROWS_A_STATEMENT));
            transaction.execute(
                    INSERT,
                    Tuple.of(
                            rows.stream().map(row -> row.organization().value()).toArray(UUID[]::new),
                            rows.stream().map(VoidDelta::eventPosition).toArray(Long[]::new),
                            rows.stream().map(VoidDelta::position).toArray(Long[]::new),
                            rows.stream()
                                    .map(row -> WindowRows.timestamp(row.acceptedMicros()))
                                    .toArray(OffsetDateTime[]::new),
                            rows.stream().map(VoidDelta::reason).toArray(String[]::new)));
        }
    }

    /**
     * How events were voided, as far as the windows know; events that were not are absent.
     *
     * @param transaction of the organization
     * @param events packed positions
     */
    public static Map<Long, StoredEvent.Voided> of(
            Database.Transaction transaction, OrganizationId organization, Collection<Long> events) {
        Map<Long, StoredEvent.Voided> voided = new HashMap<>();
        if (events.isEmpty()) {
            return voided;
        }
        Tuple asked = Tuple.tuple().addUUID(organization.value()).addArrayOfLong(events.toArray(Long[]::new));
        for (Row row : transaction.execute(SELECT, asked)) {
            StoredEvent.Place place = new StoredEvent.Place(
                    Position.unpack(row.getLong("void_position")),
                    Windows.micros(row.getOffsetDateTime("accepted_at").toInstant()));
            voided.put(row.getLong("event_position"), new StoredEvent.Voided(row.getString("reason"), place));
        }
        return voided;
    }
}

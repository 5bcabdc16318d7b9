package dev.valora.aggregator.store;

import dev.valora.aggregator.fold.WindowDelta;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;

/**
 * The series of one flush: those that are not known get their numbers from PostgreSQL, or new ones in the order in which their
 * windows were opened. One thread, one transaction.
 */
final class SeriesRows {

    private static final int ROWS_A_STATEMENT = 2_500;

    /** Answers the new ones only. The index decides what is new, whatever the planner knows of a table that grows. */
    private static final String INSERT = """
            INSERT INTO usage.series (organization_id, meter, customer, dimensions_key, dimensions)
            SELECT organization_id, meter, customer, dimensions_key, dimensions::jsonb
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[]) WITH ORDINALITY
                AS d (organization_id, meter, customer, dimensions_key, dimensions, ordinal)
            ORDER BY ordinal
            ON CONFLICT (customer, meter, organization_id, dimensions_key) DO NOTHING
            RETURNING organization_id, meter, customer, dimensions_key, series_id
            """;

    private static final String SELECT = """
            SELECT found.*
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) AS d (organization_id, meter, customer, dimensions_key)
            CROSS JOIN LATERAL (
                SELECT s.organization_id, s.meter, s.customer, s.dimensions_key, s.series_id FROM usage.series s
                WHERE s.organization_id = d.organization_id AND s.meter = d.meter AND s.customer = d.customer
                    AND s.dimensions_key = d.dimensions_key
                OFFSET 0
            ) found
            """;

    private final KnownSeries known;
    private final Map<SeriesKey, Long> learned = new LinkedHashMap<>();

    SeriesRows(KnownSeries known) {
        this.known = known;
    }

    /** What was not known before; true once the transaction has committed. */
    Map<SeriesKey, Long> learned() {
        return learned;
    }

    /** The number of each delta's series, in the order of the deltas. */
    long[] idsOf(Database.Transaction transaction, List<WindowDelta> deltas) {
        List<SeriesKey> keys = deltas.stream().map(SeriesKey::of).toList();
        long[] ids = new long[keys.size()];
        Map<SeriesKey, SortedMap<String, String>> unknown = new LinkedHashMap<>();
        for (int i = 0; i < ids.length; i++) {
            ids[i] = known.idOf(keys.get(i));
            if (ids[i] == KnownSeries.UNKNOWN) {
                unknown.put(keys.get(i), deltas.get(i).dimensions());
            }
        }
        learn(transaction, new ArrayList<>(unknown.entrySet()));
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == KnownSeries.UNKNOWN) {
                ids[i] = learnedIdOf(keys.get(i));
            }
        }
        return ids;
    }

    private long learnedIdOf(SeriesKey key) {
        Long id = learned.get(key);
        if (id == null) {
            throw new IllegalStateException("PostgreSQL has no number for " + key);
        }
        return id;
    }

    private void learn(
            Database.Transaction transaction, List<Map.Entry<SeriesKey, SortedMap<String, String>>> unknown) {
        for (int from = 0; from < unknown.size(); from += ROWS_A_STATEMENT) {
            var rows = unknown.subList(from, Math.min(unknown.size(), from + ROWS_A_STATEMENT));
            List<SeriesKey> keys = rows.stream().map(Map.Entry::getKey).toList();
            String[] dimensions = rows.stream().map(row -> json(row.getValue())).toArray(String[]::new);
            transaction
                    .execute(INSERT, parameters(keys).addArrayOfString(dimensions))
                    .forEach(this::learn);
            List<SeriesKey> older =
                    keys.stream().filter(key -> !learned.containsKey(key)).toList();
            if (!older.isEmpty()) {
                transaction.execute(SELECT, parameters(older)).forEach(this::learn);
            }
        }
    }

    private void learn(Row row) {
        learned.put(SeriesKey.of(row), row.getLong("series_id"));
    }

    private static Tuple parameters(List<SeriesKey> keys) {
        return Tuple.tuple()
                .addArrayOfUUID(keys.stream().map(SeriesKey::organization).toArray(UUID[]::new))
                .addArrayOfString(keys.stream().map(SeriesKey::meter).toArray(String[]::new))
                .addArrayOfString(keys.stream().map(SeriesKey::customer).toArray(String[]::new))
                .addArrayOfUUID(keys.stream().map(SeriesKey::dimensions).toArray(UUID[]::new));
    }

    private static String json(SortedMap<String, String> dimensions) {
        if (dimensions.isEmpty()) {
            return "{}";
        }
        var object = Json.object();
        dimensions.forEach(object::put);
        return new String(Json.bytes(object), StandardCharsets.UTF_8);
    }
}

package dev.valora.aggregator.store;

import dev.valora.aggregator.fold.WindowDelta;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.UUID;

/**
 * The series of one flush: those that are not known get their numbers from PostgreSQL, or new ones in the order in which their
 * windows were opened. One thread, one transaction.
 */
final class SeriesRows {

    private static final int ROWS_A_STATEMENT = 2_500;

    /** A plan that was made while the table was small would read it whole for each series, for as long as it is kept. */
    private static final String BY_INDEX = "SELECT set_config('enable_seqscan', 'off', true)";

    private static final String SELECT = """
            SELECT d.ordinal::integer AS ordinal, found.series_id
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) WITH ORDINALITY
                AS d (organization_id, meter, customer, dimensions_key, ordinal)
            CROSS JOIN LATERAL (
                SELECT s.series_id FROM usage.series s
                WHERE s.organization_id = d.organization_id AND s.meter = d.meter AND s.customer = d.customer
                    AND s.dimensions_key = d.dimensions_key
                OFFSET 0
            ) found
            """;

    private static final String INSERT = """
            INSERT INTO usage.series (organization_id, meter, customer, dimensions_key, dimensions)
            SELECT organization_id, meter, customer, dimensions_key, dimensions::jsonb
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[]) WITH ORDINALITY
                AS d (organization_id, meter, customer, dimensions_key, dimensions, ordinal)
            ORDER BY ordinal
            ON CONFLICT (customer, meter, organization_id, dimensions_key) DO NOTHING
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
        learn(transaction, unknown);
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

    private void learn(Database.Transaction transaction, Map<SeriesKey, SortedMap<String, String>> unknown) {
        if (unknown.isEmpty()) {
            return;
        }
        transaction.send(BY_INDEX, Tuple.tuple());
        List<SeriesKey> keys = List.copyOf(unknown.keySet());
        for (int from = 0; from < keys.size(); from += ROWS_A_STATEMENT) {
            List<SeriesKey> asked = keys.subList(from, Math.min(keys.size(), from + ROWS_A_STATEMENT));
            find(transaction, asked);
            List<SeriesKey> fresh =
                    asked.stream().filter(key -> !learned.containsKey(key)).toList();
            if (!fresh.isEmpty()) {
                String[] dimensions = fresh.stream()
                        .map(key -> json(Objects.requireNonNull(unknown.get(key))))
                        .toArray(String[]::new);
                transaction.execute(INSERT, parameters(fresh).addArrayOfString(dimensions));
                find(transaction, fresh);
            }
        }
    }

    private void find(Database.Transaction transaction, List<SeriesKey> asked) {
        for (Row row : transaction.execute(SELECT, parameters(asked))) {
            learned.put(asked.get(row.getInteger("ordinal") - 1), row.getLong("series_id"));
        }
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

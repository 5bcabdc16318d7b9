package dev.valora.aggregator.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.aggregator.EventSelection;
import dev.valora.aggregator.Windows;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Position;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Where in the journal the events of windows are. Without state. */
public final class WindowStretches {

    /** Window rows that one question may look at; beyond them a stretch for each row is no help. */
    public static final int ROWS_MAX = 50_000;

    /** Stretches of one answer. */
    public static final int STRETCHES_MAX = 1_000;

    private static final String FOUND = """
            WITH found AS MATERIALIZED (
                SELECT w.first_position >> %d AS first, w.last_position >> %d AS last
                FROM usage.series s CROSS JOIN LATERAL (
                    SELECT w.first_position, w.last_position FROM usage.windows w
                    WHERE w.series_id = s.series_id AND w.window_start >= $3 AND w.window_start < $4
                        AND w.accepted_hour >= $5 AND w.accepted_hour < $6
                    OFFSET 0
                ) w
                WHERE s.organization_id = $1 AND s.meter = ANY($2)
            """.formatted(Position.INDEX_BITS, Position.INDEX_BITS);

    /** Entries that touch or overlap are one stretch. */
    private static final String MERGED = """
                LIMIT %d),
            ahead AS (
                SELECT lower(stretch) AS first, upper(stretch) - 1 AS last
                FROM (SELECT unnest(range_agg(int8range(first, last, '[]'))) AS stretch FROM found) merged
                WHERE upper(stretch) > $7 ORDER BY 1 LIMIT %d)
            SELECT (SELECT count(*) FROM found)::integer AS rows,
                (SELECT coalesce(min(first), 0) FROM found) AS oldest,
                ARRAY(SELECT first FROM ahead ORDER BY first) AS firsts,
                ARRAY(SELECT last FROM ahead ORDER BY first) AS lasts
            """.formatted(ROWS_MAX + 1, STRETCHES_MAX + 1);

    private WindowStretches() {}

    /**
     * Entries of the journal, both ends included.
     *
     * @param first sequence
     * @param last sequence
     */
    public record Stretch(long first, long last) {}

    /** What is known of where the events are. */
    public sealed interface Answer {

        /**
         * No event is outside the stretches.
         *
         * @param oldest sequence of the first entry that holds one, also when it was asked from a later one on; 0 when none does
         * @param ahead in order, at most {@link #STRETCHES_MAX}
         * @param more whether there are further stretches
         */
        record Known(long oldest, List<Stretch> ahead, boolean more) implements Answer {}

        /** There are more window rows than are looked at. */
        record TooMany() implements Answer {}
    }

    /**
     * The stretches that hold all events of a selection, from an entry on.
     *
     * @param transaction of the organization
     * @param fromSequence stretches that end before it are left out
     */
    public static Answer ahead(
            Database.Transaction transaction,
            OrganizationId organization,
            EventSelection selection,
            long fromSequence) {
        Tuple parameters = Tuple.tuple()
                .addUUID(organization.value())
                .addArrayOfString(selection.meters().toArray(String[]::new))
                // Windows of an hour or a quarter: the first one may begin before the first event.
                .addOffsetDateTime(Timestamps.toSql(Windows.startAtOrBefore(selection.from(), 60)))
                .addOffsetDateTime(Timestamps.toSql(selection.to()))
                .addOffsetDateTime(Timestamps.toSql(selection.acceptedFrom()))
                .addOffsetDateTime(Timestamps.toSql(selection.acceptedBefore()))
                .addLong(fromSequence);
        String sql = FOUND + conditions(selection, parameters) + MERGED;
        Row row = transaction.execute(sql, parameters).iterator().next();
        if (row.getInteger("rows") > ROWS_MAX) {
            return new Answer.TooMany();
        }
        Long[] firsts = row.getArrayOfLongs("firsts");
        Long[] lasts = row.getArrayOfLongs("lasts");
        List<Stretch> ahead = new ArrayList<>();
        for (int i = 0; i < Math.min(firsts.length, STRETCHES_MAX); i++) {
            ahead.add(new Stretch(firsts[i], lasts[i]));
        }
        return new Answer.Known(row.getLong("oldest"), ahead, firsts.length > STRETCHES_MAX);
    }

    /** Only what is asked for, so that few statements are ever prepared; adds the parameters. */
    private static String conditions(EventSelection selection, Tuple parameters) {
        StringBuilder sql = new StringBuilder();
        if (!selection.customers().isEmpty()) {
            parameters.addArrayOfString(selection.customers().stream().sorted().toArray(String[]::new));
            sql.append(" AND s.customer = ANY($").append(parameters.size()).append(")");
        }
        for (Map.Entry<String, Set<String>> wanted : selection.having().entrySet()) {
            parameters.addString(wanted.getKey());
            sql.append(" AND s.dimensions ->> $").append(parameters.size());
            parameters.addArrayOfString(wanted.getValue().stream().sorted().toArray(String[]::new));
            sql.append("::text = ANY($").append(parameters.size()).append(")");
        }
        if (!selection.except().isEmpty()) {
            parameters.addArrayOfString(
                    selection.except().stream().map(WindowStretches::json).toArray(String[]::new));
            sql.append(" AND NOT EXISTS (SELECT FROM unnest($")
                    .append(parameters.size())
                    .append("::text[]) AS taken WHERE s.dimensions @> taken::jsonb)");
        }
        return sql.append('\n').toString();
    }

    private static String json(Map<String, String> values) {
        ObjectNode object = Json.object();
        new TreeMap<>(values).forEach(object::put);
        return new String(Json.bytes(object), UTF_8);
    }
}

package dev.valora.aggregator.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.aggregator.Composition;
import dev.valora.aggregator.Cut;
import dev.valora.aggregator.QuantityQuestion;
import dev.valora.aggregator.QuantityReader;
import dev.valora.aggregator.WindowRow;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Position;
import dev.valora.ingest.Quantity;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Quantities from the windows in PostgreSQL. Without state. */
public final class PgQuantityReader implements QuantityReader {

    private static final String ASKED = """
            FROM (
                SELECT sent.ordinal, sent.customer, sent.meter, sent.adds, sent.starts, sent.ends, sent.accepted_before,
                    nullif(sent.present, '{}')::jsonb AS present, nullif(sent.absent, '[]')::jsonb AS absent
                FROM unnest($2::text[], $3::text[], $4::boolean[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[],
                        $8::text[], $9::text[])
                    WITH ORDINALITY AS sent (customer, meter, adds, starts, ends, accepted_before, present, absent, ordinal)
                OFFSET 0
            ) asked
            """;

    /**
     * A look at the index of series and one range of the windows' key for each of them: LATERAL and OFFSET keep the planner from
     * reading whole tables. Where values do not add, a window begins with its last reset before the cut; few series have any.
     */
    private static final String ROWS = """
                FROM (
                    SELECT s.series_id, s.dimensions_key, s.dimensions,
                        NOT asked.adds AND EXISTS (
                            SELECT FROM usage.windows r
                            WHERE r.resets AND r.series_id = s.series_id
                                AND r.window_start >= asked.starts AND r.window_start < asked.ends) AS has_resets
                    FROM usage.series s
                    WHERE s.organization_id = $1 AND s.meter = asked.meter AND s.customer = asked.customer
                        AND (asked.present IS NULL OR s.dimensions @> asked.present)
                        AND (asked.absent IS NULL OR NOT EXISTS (
                            SELECT FROM jsonb_array_elements(asked.absent) taken WHERE s.dimensions @> taken))
                    OFFSET 0
                ) series
                CROSS JOIN LATERAL (
                    SELECT w.* FROM usage.windows w
                    WHERE w.series_id = series.series_id
                        AND w.window_start >= asked.starts AND w.window_start < asked.ends
                        AND w.accepted_hour < asked.accepted_before
                        AND (NOT series.has_resets OR NOT EXISTS (
                            SELECT FROM usage.windows r
                            WHERE r.resets AND r.series_id = w.series_id AND r.window_start = w.window_start
                                AND r.accepted_hour > w.accepted_hour AND r.accepted_hour < asked.accepted_before))
                    OFFSET 0
                ) w
            """;

    private static final String SELECT = "SELECT asked.ordinal::integer AS ordinal, coalesce(found.value, 0) AS value "
            + ASKED
            + "CROSS JOIN LATERAL (SELECT CASE WHEN asked.adds THEN sum(w.value) FILTER (WHERE asked.adds)"
            + " ELSE max(w.value) FILTER (WHERE NOT asked.adds) END AS value " + ROWS
            + ") found ORDER BY asked.ordinal";

    private static final String SELECT_ROWS =
            """
            SELECT asked.ordinal::integer AS ordinal, found.window_start, found.accepted_hour, found.dimensions::text AS dimensions,
                found.value, found.events, found.resets, found.first_position, found.last_position
            """ + ASKED + "CROSS JOIN LATERAL (SELECT series.dimensions_key, series.dimensions, w.* " + ROWS + """
            ) found
            ORDER BY asked.ordinal, found.window_start, found.accepted_hour, found.dimensions_key OFFSET $10 LIMIT $11
            """;

    @Override
    public List<Quantity> read(
            Database.Transaction transaction, OrganizationId organization, List<QuantityQuestion> questions) {
        List<Quantity> quantities = new ArrayList<>(questions.size());
        if (questions.isEmpty()) {
            return quantities;
        }
        for (Row row : transaction.execute(SELECT, parameters(organization, questions))) {
            if (row.getInteger("ordinal") != quantities.size() + 1) {
                throw new IllegalStateException("the answer to question " + (quantities.size() + 1) + " is missing");
            }
            quantities.add(new Quantity(row.get(BigDecimal.class, "value")));
        }
        if (quantities.size() != questions.size()) {
            throw new IllegalStateException(quantities.size() + " answers to " + questions.size() + " questions");
        }
        return quantities;
    }

    @Override
    public List<WindowRow> rows(
            Database.Transaction transaction,
            OrganizationId organization,
            List<QuantityQuestion> questions,
            long skip,
            int limit) {
        List<WindowRow> rows = new ArrayList<>();
        Tuple parameters = parameters(organization, questions).addLong(skip).addInteger(limit);
        for (Row row : transaction.execute(SELECT_ROWS, parameters)) {
            rows.add(new WindowRow(
                    row.getInteger("ordinal") - 1,
                    Timestamps.read(row, "window_start"),
                    Timestamps.read(row, "accepted_hour"),
                    StoredDimensions.of(row),
                    row.getBigDecimal("value"),
                    row.getLong("events"),
                    row.getBoolean("resets"),
                    Position.unpack(row.getLong("first_position")),
                    Position.unpack(row.getLong("last_position"))));
        }
        return rows;
    }

    private static Tuple parameters(OrganizationId organization, List<QuantityQuestion> questions) {
        return Tuple.tuple()
                .addUUID(organization.value())
                .addArrayOfString(texts(questions, QuantityQuestion::customer))
                .addArrayOfString(texts(questions, QuantityQuestion::meter))
                .addArrayOfBoolean(questions.stream()
                        .map(question -> question.composition() == Composition.ADD)
                        .toArray(Boolean[]::new))
                .addArrayOfOffsetDateTime(instants(questions, Cut::from))
                .addArrayOfOffsetDateTime(instants(questions, Cut::to))
                .addArrayOfOffsetDateTime(instants(questions, Cut::acceptedBefore))
                .addArrayOfString(texts(questions, PgQuantityReader::having))
                .addArrayOfString(texts(questions, PgQuantityReader::except));
    }

    private static String[] texts(List<QuantityQuestion> questions, Function<QuantityQuestion, String> text) {
        return questions.stream().map(text).toArray(String[]::new);
    }

    private static OffsetDateTime[] instants(List<QuantityQuestion> questions, Function<Cut, Instant> instant) {
        return questions.stream()
                .map(question -> Timestamps.toSql(instant.apply(question.cut())))
                .toArray(OffsetDateTime[]::new);
    }

    private static String having(QuantityQuestion question) {
        return text(object(question.having()));
    }

    private static String except(QuantityQuestion question) {
        ArrayNode all = Json.array();
        question.except().forEach(values -> all.add(object(values)));
        return text(all);
    }

    private static ObjectNode object(Map<String, String> values) {
        ObjectNode object = Json.object();
        values.forEach(object::put);
        return object;
    }

    private static String text(JsonNode node) {
        return new String(Json.bytes(node), UTF_8);
    }
}

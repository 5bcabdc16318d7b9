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
                    NOT sent.adds AND EXISTS (
                        SELECT FROM usage.windows r
                        WHERE r.resets AND r.organization_id = $1 AND r.meter = sent.meter AND r.customer = sent.customer
                            AND r.window_start >= sent.starts AND r.window_start < sent.ends) AS has_resets,
                    nullif(sent.present, '{}')::jsonb AS present, nullif(sent.absent, '[]')::jsonb AS absent
                FROM unnest($2::text[], $3::text[], $4::boolean[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[],
                        $8::text[], $9::text[])
                    WITH ORDINALITY AS sent (customer, meter, adds, starts, ends, accepted_before, present, absent, ordinal)
                OFFSET 0
            ) asked
            """;

    /** Where values do not add, a window begins with its last reset before the cut; few questions meet any. */
    private static final String ROWS = """
                FROM usage.windows w
                WHERE w.organization_id = $1 AND w.meter = asked.meter AND w.customer = asked.customer
                    AND w.window_start >= asked.starts AND w.window_start < asked.ends
                    AND w.accepted_hour < asked.accepted_before
                    AND (NOT asked.has_resets OR NOT EXISTS (
                        SELECT FROM usage.windows r
                        WHERE r.resets AND r.organization_id = w.organization_id AND r.meter = w.meter
                            AND r.customer = w.customer AND r.window_start = w.window_start
                            AND r.dimensions_key = w.dimensions_key AND r.accepted_hour > w.accepted_hour
                            AND r.accepted_hour < asked.accepted_before))
                    AND (asked.present IS NULL OR w.dimensions @> asked.present)
                    AND (asked.absent IS NULL OR NOT EXISTS (
                        SELECT FROM jsonb_array_elements(asked.absent) taken WHERE w.dimensions @> taken))
            """;

    /** One range of the primary key for each question: LATERAL keeps the planner from reading the whole table once. */
    private static final String SELECT = "SELECT asked.ordinal::integer AS ordinal, coalesce(found.value, 0) AS value "
            + ASKED
            + "CROSS JOIN LATERAL (SELECT CASE WHEN asked.adds THEN sum(w.value) ELSE max(w.value) END AS value "
            + ROWS + ") found ORDER BY asked.ordinal";

    private static final String SELECT_ROWS = """
            SELECT asked.ordinal::integer AS ordinal, found.window_start, found.accepted_hour, found.dimensions::text AS dimensions,
                found.value, found.events, found.resets, found.first_position, found.last_position
            """ + ASKED + "CROSS JOIN LATERAL (SELECT w.* " + ROWS + """
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

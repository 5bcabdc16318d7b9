package dev.valora.aggregator.store;

import dev.valora.aggregator.ChangedWindowReader;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Changed windows from PostgreSQL, by the index of windows that changed after their hour. Without state. */
public final class PgChangedWindowReader implements ChangedWindowReader {

    /**
     * A stretch of the partial index for each series of a question; its condition is repeated so that the planner knows it may be
     * used. Sorted once and not for each question, since nearly always nothing is found.
     */
    private static final String SELECT = """
            SELECT DISTINCT asked.ordinal::integer AS ordinal, found.window_start
            FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
                WITH ORDINALITY AS asked (customer, meter, start_before, accepted_from, accepted_before, ordinal)
            CROSS JOIN LATERAL (
                SELECT changed.window_start
                FROM (
                    SELECT s.series_id FROM usage.series s
                    WHERE s.organization_id = $1 AND s.meter = asked.meter AND s.customer = asked.customer
                    OFFSET 0
                ) series
                CROSS JOIN LATERAL (
                    SELECT w.window_start FROM usage.windows w
                    WHERE w.series_id = series.series_id AND w.accepted_hour > w.window_start
                        AND w.accepted_hour >= asked.accepted_from AND w.accepted_hour < asked.accepted_before
                        AND w.window_start < asked.start_before
                    OFFSET 0
                ) changed
            ) found
            ORDER BY ordinal, found.window_start
            """;

    @Override
    public List<List<Instant>> read(
            Database.Transaction transaction, OrganizationId organization, List<Question> questions) {
        List<List<Instant>> answers = new ArrayList<>(questions.size());
        questions.forEach(question -> answers.add(new ArrayList<>()));
        if (!questions.isEmpty()) {
            for (Row row : transaction.execute(SELECT, parameters(organization, questions))) {
                answers.get(row.getInteger("ordinal") - 1).add(Timestamps.read(row, "window_start"));
            }
        }
        return answers;
    }

    private static Tuple parameters(OrganizationId organization, List<Question> questions) {
        return Tuple.tuple()
                .addUUID(organization.value())
                .addArrayOfString(questions.stream().map(Question::customer).toArray(String[]::new))
                .addArrayOfString(questions.stream().map(Question::meter).toArray(String[]::new))
                .addArrayOfOffsetDateTime(instants(questions, Question::startBefore))
                .addArrayOfOffsetDateTime(instants(questions, Question::acceptedFrom))
                .addArrayOfOffsetDateTime(instants(questions, Question::acceptedBefore));
    }

    private static OffsetDateTime[] instants(List<Question> questions, Function<Question, Instant> instant) {
        return questions.stream().map(instant).map(Timestamps::toSql).toArray(OffsetDateTime[]::new);
    }
}

package dev.valora.billing.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.invoice.DerivedId;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.subscription.Cycle;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rows of cycles, inside a transaction of their organization. */
public final class CycleStore {

    private static final String INSERT = """
            INSERT INTO billing.cycles (organization_id, id, subscription_id, number, period_start, period_end, starts_at,
                ends_at, grace_hours, accepted_before, net_terms_days, is_trial, state)
            SELECT $1, sent.* FROM unnest($2::uuid[], $3::uuid[], $4::integer[], $5::date[], $6::date[], $7::timestamptz[],
                $8::timestamptz[], $9::integer[], $10::timestamptz[], $11::integer[], $12::boolean[], $13::text[]) AS sent
            """;
    private static final String LIST = """
            SELECT c.id, c.number, c.period_start, c.period_end, c.starts_at, c.ends_at, c.grace_hours, c.accepted_before,
                c.is_trial, c.state, c.closed_at,
                (SELECT i.id FROM billing.invoices i
                    WHERE i.organization_id = c.organization_id AND i.subscription_id = c.subscription_id
                        AND i.cycle = c.number
                    ORDER BY i.revision DESC LIMIT 1) AS invoice
            FROM billing.cycles c
            WHERE c.organization_id = $1 AND c.subscription_id = $2 AND c.number >= $3::bigint
            ORDER BY c.number LIMIT $4
            """;

    private static final String DUE = """
            SELECT c.subscription_id, c.number, c.period_start, c.period_end, c.starts_at, c.ends_at, c.grace_hours,
                c.accepted_before, c.net_terms_days, c.is_trial, c.state
            FROM billing.cycles c
            JOIN billing.subscriptions s ON s.organization_id = c.organization_id AND s.id = c.subscription_id
                AND (s.retry_at IS NULL OR s.retry_at <= $2)
            WHERE c.organization_id = $1
            """;
    private static final String ENDED = DUE + """
            AND c.state = 'open' AND c.ends_at = $3 ORDER BY c.subscription_id LIMIT $4
            """;
    private static final String AWAITING = DUE + """
            AND c.state = 'awaiting_cut' AND c.accepted_before = $3 AND c.period_end = $5
            ORDER BY c.subscription_id, c.number LIMIT $4
            """;
    private static final String UPDATE_STATE = """
            UPDATE billing.cycles SET state = $3, closed_at = $4
            WHERE organization_id = $1 AND id = ANY($2) AND state <> $3
            """;

    private CycleStore() {}

    /** A cycle and whose it is. */
    public record Opened(UUID subscription, Cycle cycle) {

        /** Its id, which follows from whose and which it is. */
        public UUID id() {
            return DerivedId.cycle(subscription, cycle.number());
        }
    }

    /**
     * Which cycles are due.
     *
     * @param at the instant at which they are
     * @param now subscriptions that wait for a later retry are left out
     * @param limit cycles at most
     */
    public record DueCycles(Instant at, Instant now, int limit) {}

    /** A cycle as it is listed. */
    record Listed(long number, ObjectNode json) {}

    /** Writes cycles that open, of any number of subscriptions of one organization, in one statement. */
    public static void insert(Database.Transaction transaction, OrganizationId organization, List<Opened> opened) {
        if (opened.isEmpty()) {
            return;
        }
        Tuple rows = Tuple.tuple()
                .addUUID(organization.value())
                .addArrayOfUUID(opened.stream().map(Opened::id).toArray(UUID[]::new))
                .addArrayOfUUID(opened.stream().map(Opened::subscription).toArray(UUID[]::new))
                .addArrayOfInteger(column(opened, Cycle::number).toArray(Integer[]::new))
                .addArrayOfLocalDate(
                        column(opened, cycle -> cycle.period().start()).toArray(LocalDate[]::new))
                .addArrayOfLocalDate(
                        column(opened, cycle -> cycle.period().end()).toArray(LocalDate[]::new))
                .addArrayOfOffsetDateTime(instants(opened, Cycle::startsAt))
                .addArrayOfOffsetDateTime(instants(opened, Cycle::endsAt))
                .addArrayOfInteger(column(opened, Cycle::graceHours).toArray(Integer[]::new))
                .addArrayOfOffsetDateTime(instants(opened, Cycle::acceptedBefore))
                .addArrayOfInteger(column(opened, Cycle::netTermsDays).toArray(Integer[]::new))
                .addArrayOfBoolean(column(opened, Cycle::trial).toArray(Boolean[]::new))
                .addArrayOfString(
                        column(opened, cycle -> cycle.state().wireName()).toArray(String[]::new));
        transaction.execute(INSERT, rows);
    }

    /** Open cycles that end at an instant, in the order of subscriptions. */
    public static List<Opened> ended(Database.Transaction transaction, OrganizationId organization, DueCycles due) {
        return due(transaction.execute(ENDED, parameters(organization, due)));
    }

    /** Cycles of one period end that wait for a cut at an instant, in the order of subscriptions and numbers. */
    public static List<Opened> awaitingCut(
            Database.Transaction transaction, OrganizationId organization, DueCycles due, LocalDate periodEnd) {
        return due(transaction.execute(AWAITING, parameters(organization, due).addLocalDate(periodEnd)));
    }

    /**
     * Moves cycles on.
     *
     * @param closedAt null unless they are closed
     * @throws IllegalStateException when one of them is there already
     */
    public static void move(AuditTrail.Change change, List<Opened> cycles, Cycle.State to, @Nullable Instant closedAt) {
        Tuple parameters = Tuple.tuple()
                .addUUID(change.author().organization().value())
                .addArrayOfUUID(cycles.stream().map(Opened::id).toArray(UUID[]::new))
                .addString(to.wireName())
                .addValue(closedAt == null ? null : Timestamps.toSql(closedAt));
        int moved = change.transaction().execute(UPDATE_STATE, parameters).rowCount();
        if (moved != cycles.size()) {
            throw new IllegalStateException(moved + " of " + cycles.size() + " cycles became " + to.wireName());
        }
    }

    private static Tuple parameters(OrganizationId organization, DueCycles due) {
        return Tuple.tuple()
                .addUUID(organization.value())
                .addOffsetDateTime(Timestamps.toSql(due.now()))
                .addOffsetDateTime(Timestamps.toSql(due.at()))
                .addInteger(due.limit());
    }

    private static List<Opened> due(RowSet<Row> rows) {
        List<Opened> due = new ArrayList<>();
        for (Row row : rows) {
            due.add(new Opened(
                    row.getUUID("subscription_id"),
                    new Cycle(
                            row.getInteger("number"),
                            new DateRange(row.getLocalDate("period_start"), row.getLocalDate("period_end")),
                            Timestamps.read(row, "starts_at"),
                            Timestamps.read(row, "ends_at"),
                            row.getInteger("grace_hours"),
                            Timestamps.read(row, "accepted_before"),
                            row.getInteger("net_terms_days"),
                            row.getBoolean("is_trial"),
                            Cycle.State.ofWireName(row.getString("state")))));
        }
        return due;
    }

    /** A page's cycles in the order of their numbers. As numbers begin at 0, a cycle's place in the list is one more. */
    static List<Listed> list(
            Database.Transaction transaction, OrganizationId organization, UUID subscription, Page page) {
        List<Listed> listed = new ArrayList<>();
        Tuple parameters = Tuple.of(organization.value(), subscription, page.after(), page.fetch());
        for (Row row : transaction.execute(LIST, parameters)) {
            listed.add(new Listed(row.getInteger("number") + 1L, json(row)));
        }
        return listed;
    }

    private static ObjectNode json(Row row) {
        ObjectNode json = Json.object().put("id", row.getUUID("id").toString()).put("number", row.getInteger("number"));
        json.set(
                "period",
                InvoiceContent.rangeJson(
                        new DateRange(row.getLocalDate("period_start"), row.getLocalDate("period_end"))));
        Instant closedAt = Timestamps.readNullable(row, "closed_at");
        UUID invoice = row.getUUID("invoice");
        return json.put("starts_at", Timestamps.read(row, "starts_at").toString())
                .put("ends_at", Timestamps.read(row, "ends_at").toString())
                .put("grace_hours", row.getInteger("grace_hours"))
                .put("accepted_before", Timestamps.read(row, "accepted_before").toString())
                .put("trial", row.getBoolean("is_trial"))
                .put("state", row.getString("state"))
                .put("closed_at", closedAt == null ? null : closedAt.toString())
                .put("invoice", invoice == null ? null : invoice.toString());
    }

    private static <T> List<T> column(List<Opened> opened, Function<Cycle, T> value) {
        return opened.stream().map(Opened::cycle).map(value).toList();
    }

    private static OffsetDateTime[] instants(List<Opened> opened, Function<Cycle, Instant> value) {
        return column(opened, value).stream().map(Timestamps::toSql).toArray(OffsetDateTime[]::new);
    }
}

package dev.valora.billing.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.Organization;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads the rows of cycles, inside a transaction of their organization. */
public final class CycleReader {

    private static final String COLUMNS = """
            SELECT c.subscription_id, c.number, c.period_start, c.period_end, c.starts_at, c.ends_at, c.grace_hours,
                c.accepted_before, c.net_terms_days, c.late_usage, c.zero_invoices,
                c.kind, c.state
            FROM billing.cycles c
            """;

    /**
     * In the order of an index, and no further than the limit: LATERAL and OFFSET 0 keep the planner from finding out about all cycles
     * that are due, however many there are, to take the first few of them.
     */
    private static final String DUE = COLUMNS + """
            CROSS JOIN LATERAL (SELECT c.number - 1 AS number OFFSET 0) before
            CROSS JOIN LATERAL (SELECT FROM billing.subscriptions s
                WHERE s.organization_id = c.organization_id AND s.id = c.subscription_id
                    AND (s.retry_at IS NULL OR s.retry_at <= $2) OFFSET 0) able
            WHERE c.organization_id = $1
            """;

    private static final String ENDED = DUE + """
            AND c.state = 'open' AND c.ends_at = $3 ORDER BY c.subscription_id LIMIT $4
            """;
    /**
     * No cycle is closed before the one before it, so that one tells of all earlier ones, however many there are. Its number is computed
     * outside: under row-level security an index is not asked for what a function must compute first.
     */
    private static final String AWAITING = DUE + """
            AND c.state = 'awaiting_cut' AND c.accepted_before = $3 AND c.period_end = $5
            AND NOT EXISTS (SELECT FROM billing.cycles earlier
                WHERE earlier.organization_id = c.organization_id AND earlier.subscription_id = c.subscription_id
                    AND earlier.number = before.number AND earlier.state <> 'closed' OFFSET 0)
            ORDER BY c.subscription_id LIMIT $4
            """;

    private static final String OPEN = COLUMNS + """
            WHERE c.organization_id = $1 AND c.subscription_id = $2 AND c.state = 'open'
            """;
    private static final String UNCLOSED = COLUMNS + """
            WHERE c.organization_id = $1 AND c.subscription_id = $2 AND c.state <> 'closed' ORDER BY c.number
            """;
    private static final String ALL = COLUMNS + """
            WHERE c.organization_id = $1 AND c.subscription_id = ANY($2) ORDER BY c.subscription_id, c.number
            """;
    /** A look into the index for each key: LATERAL keeps the planner from reading the whole table once. */
    private static final String BY_KEYS = """
            SELECT found.* FROM unnest($2::uuid[], $3::integer[]) AS wanted (subscription, number)
            CROSS JOIN LATERAL (
            """ + COLUMNS + """
                WHERE c.organization_id = $1 AND c.subscription_id = wanted.subscription AND c.number = wanted.number OFFSET 0
            ) found
            """;

    private static final String CLOSED_AT = """
            SELECT DISTINCT c.subscription_id, c.number
            FROM unnest($2::uuid[], $3::timestamptz[]) AS moment (subscription, at)
            JOIN billing.cycles c ON c.organization_id = $1 AND c.subscription_id = moment.subscription
                AND c.number > 0 AND c.kind <> 'tail' AND c.state = 'closed'
                AND c.starts_at <= moment.at AND c.ends_at > moment.at
            ORDER BY c.subscription_id, c.number
            """;
    private static final String LIST = """
            SELECT c.id, c.number, c.period_start, c.period_end, c.starts_at, c.ends_at, c.grace_hours, c.accepted_before,
                c.kind, c.state, c.closed_at,
                (SELECT i.id FROM billing.invoices i
                    WHERE i.organization_id = c.organization_id AND i.subscription_id = c.subscription_id
                        AND i.cycle = c.number
                    ORDER BY i.revision DESC LIMIT 1) AS invoice
            FROM billing.cycles c
            WHERE c.organization_id = $1 AND c.subscription_id = $2 AND c.number >= $3::bigint
            ORDER BY c.number LIMIT $4
            """;

    private CycleReader() {}

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

    /** Open cycles that end at an instant, in the order of subscriptions. */
    public static List<OpenedCycle> ended(
            Database.Transaction transaction, OrganizationId organization, DueCycles due) {
        return read(transaction.execute(ENDED, parameters(organization, due)));
    }

    /**
     * Cycles of one period end that wait for a cut at an instant, in the order of subscriptions; of each the first that is not
     * closed, since what closing the next one comes to depends on it. A retry that comes due between finding work and claiming
     * it would else let a cycle overtake the one before.
     */
    public static List<OpenedCycle> awaitingCut(
            Database.Transaction transaction, OrganizationId organization, DueCycles due, LocalDate periodEnd) {
        return read(transaction.execute(AWAITING, parameters(organization, due).addLocalDate(periodEnd)));
    }

    /** The cycle of a subscription whose period runs; empty before its start and once it can have no more late usage. */
    static Optional<OpenedCycle> open(
            Database.Transaction transaction, OrganizationId organization, UUID subscription) {
        return read(transaction.execute(OPEN, Tuple.of(organization.value(), subscription))).stream()
                .findFirst();
    }

    /** The cycles of a subscription that are not closed, in the order of their numbers. */
    public static List<OpenedCycle> unclosed(
            Database.Transaction transaction, OrganizationId organization, UUID subscription) {
        return read(transaction.execute(UNCLOSED, Tuple.of(organization.value(), subscription)));
    }

    /** All cycles of some subscriptions, of each in the order of their numbers. */
    public static List<OpenedCycle> all(
            Database.Transaction transaction, OrganizationId organization, Collection<UUID> subscriptions) {
        return read(transaction.execute(
                ALL, Tuple.tuple().addUUID(organization.value()).addArrayOfUUID(subscriptions.toArray(UUID[]::new))));
    }

    /** The cycles with these keys; those that never opened are absent. */
    public static Map<CycleKey, Cycle> load(
            Database.Transaction transaction, OrganizationId organization, Collection<CycleKey> keys) {
        Map<CycleKey, Cycle> cycles = new HashMap<>();
        if (!keys.isEmpty()) {
            Tuple wanted = Tuple.tuple()
                    .addUUID(organization.value())
                    .addArrayOfUUID(CycleKey.subscriptions(keys))
                    .addArrayOfInteger(CycleKey.numbers(keys));
            read(transaction.execute(BY_KEYS, wanted)).forEach(opened -> cycles.put(opened.key(), opened.cycle()));
        }
        return cycles;
    }

    /** An instant in the life of a subscription. */
    public record Moment(UUID subscription, Instant at) {}

    /** The closed cycles of the subscriptions' lives that these moments lie in, each once, in order. */
    public static List<CycleKey> closedAt(
            Database.Transaction transaction, OrganizationId organization, List<Moment> moments) {
        List<CycleKey> keys = new ArrayList<>();
        if (!moments.isEmpty()) {
            Tuple asked = Tuple.tuple()
                    .addUUID(organization.value())
                    .addArrayOfUUID(moments.stream().map(Moment::subscription).toArray(UUID[]::new))
                    .addArrayOfOffsetDateTime(moments.stream()
                            .map(moment -> Timestamps.toSql(moment.at()))
                            .toArray(OffsetDateTime[]::new));
            transaction
                    .execute(CLOSED_AT, asked)
                    .forEach(row -> keys.add(new CycleKey(row.getUUID("subscription_id"), row.getInteger("number"))));
        }
        return keys;
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

    private static Tuple parameters(OrganizationId organization, DueCycles due) {
        return Tuple.tuple()
                .addUUID(organization.value())
                .addOffsetDateTime(Timestamps.toSql(due.now()))
                .addOffsetDateTime(Timestamps.toSql(due.at()))
                .addInteger(due.limit());
    }

    private static List<OpenedCycle> read(RowSet<Row> rows) {
        List<OpenedCycle> cycles = new ArrayList<>();
        for (Row row : rows) {
            cycles.add(new OpenedCycle(
                    row.getUUID("subscription_id"),
                    new Cycle(
                            row.getInteger("number"),
                            period(row),
                            Timestamps.read(row, "starts_at"),
                            Timestamps.read(row, "ends_at"),
                            row.getInteger("grace_hours"),
                            Timestamps.read(row, "accepted_before"),
                            row.getInteger("net_terms_days"),
                            Organization.LateUsage.valueOf(
                                    row.getString("late_usage").toUpperCase(Locale.ROOT)),
                            Organization.ZeroInvoices.valueOf(
                                    row.getString("zero_invoices").toUpperCase(Locale.ROOT)),
                            Cycle.Kind.ofWireName(row.getString("kind")),
                            Cycle.State.ofWireName(row.getString("state")))));
        }
        return cycles;
    }

    private static DateRange period(Row row) {
        return new DateRange(row.getLocalDate("period_start"), row.getLocalDate("period_end"));
    }

    private static ObjectNode json(Row row) {
        ObjectNode json = Json.object().put("id", row.getUUID("id").toString()).put("number", row.getInteger("number"));
        json.set("period", InvoiceContent.rangeJson(period(row)));
        Instant closedAt = Timestamps.readNullable(row, "closed_at");
        UUID invoice = row.getUUID("invoice");
        Cycle.Kind kind = Cycle.Kind.ofWireName(row.getString("kind"));
        return json.put("starts_at", Timestamps.read(row, "starts_at").toString())
                .put("ends_at", Timestamps.read(row, "ends_at").toString())
                .put("grace_hours", row.getInteger("grace_hours"))
                .put("accepted_before", Timestamps.read(row, "accepted_before").toString())
                .put("trial", kind == Cycle.Kind.TRIAL)
                .put("tail", kind == Cycle.Kind.TAIL)
                .put("state", row.getString("state"))
                .put("closed_at", closedAt == null ? null : closedAt.toString())
                .put("invoice", invoice == null ? null : invoice.toString());
    }
}

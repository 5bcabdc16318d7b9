package dev.valora.billing.contract;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.valora.billing.JsonColumn;
import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.offering.OfferedPrice;
import dev.valora.billing.offering.PriceStore;
import dev.valora.billing.subscription.Intervals;
import dev.valora.billing.subscription.Item;
import dev.valora.billing.subscription.Lifetime;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.Database;
import dev.valora.ingest.Ids;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of subscriptions, inside a transaction of their organization. */
public final class SubscriptionStore {

    private static final String SELECT = """
            SELECT s.id, s.created_order, s.customer_id, customer.key AS customer_key, s.status, s.plan, s.interval_unit,
                s.interval_count, s.interval_changes::text, s.start_date, s.trial_end, s.anchor_day, s.cancel_at, s.canceled_at,
                s.metadata::text, s.created_at, c.period_start, c.period_end
            FROM billing.subscriptions s
            JOIN billing.customers customer
                ON customer.organization_id = s.organization_id AND customer.id = s.customer_id
            LEFT JOIN billing.cycles c
                ON c.organization_id = s.organization_id AND c.subscription_id = s.id AND c.state = 'open' AND c.kind <> 'tail'
            WHERE s.organization_id = $1
            """;
    private static final String BY_IDS = SELECT + "AND s.id = ANY($2) ORDER BY s.created_order";
    private static final String TO_START = SELECT + """
            AND s.status = 'scheduled' AND s.starts_at = $2 AND (s.retry_at IS NULL OR s.retry_at <= $3)
            ORDER BY s.id LIMIT $4
            """;
    private static final String LISTED = SELECT + "AND s.created_order > $2 ";
    private static final String IN_ORDER = "ORDER BY s.created_order LIMIT $3";
    private static final String IDS_OF_CUSTOMER = """
            SELECT id FROM billing.subscriptions WHERE organization_id = $1 AND customer_id = $2 ORDER BY created_order
            """;
    private static final String INSERT = """
            INSERT INTO billing.subscriptions (organization_id, id, customer_id, status, plan, interval_unit, interval_count,
                start_date, starts_at, trial_end, anchor_day, metadata, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text::jsonb, $13)
            """;
    private static final String UPDATE = """
            UPDATE billing.subscriptions SET plan = $3, trial_end = $4, cancel_at = $5, interval_changes = $6::text::jsonb
            WHERE organization_id = $1 AND id = $2
            """;

    private SubscriptionStore() {}

    /** A subscription at its place in the list. */
    record Listed(long number, Subscription subscription) {}

    /** What a list shows; null for all. */
    record Filter(@Nullable String customerKey, @Nullable String status) {}

    /**
     * Which subscriptions are due to begin.
     *
     * @param at the instant at which they are
     * @param now subscriptions that wait for a later retry are left out
     * @param limit at most
     */
    public record DueStarts(Instant at, Instant now, int limit) {}

    /** Scheduled subscriptions that begin at an instant, in the order of ids. */
    public static List<Subscription> toStart(
            Database.Transaction transaction, OrganizationId organization, DueStarts due) {
        Tuple parameters =
                Tuple.of(organization.value(), Timestamps.toSql(due.at()), Timestamps.toSql(due.now()), due.limit());
        return withItems(transaction, organization, transaction.execute(TO_START, parameters)).stream()
                .map(Listed::subscription)
                .toList();
    }

    static Optional<Subscription> find(Database.Transaction transaction, OrganizationId organization, UUID id) {
        return load(transaction, organization, List.of(id)).stream().findFirst();
    }

    /**
     * The subscription that a path names.
     *
     * @throws ProblemException 404 when the organization has none with this id
     */
    public static Subscription named(Database.Transaction transaction, OrganizationId organization, String id) {
        return Ids.parse(id)
                .flatMap(parsed -> find(transaction, organization, parsed))
                .orElseThrow(() -> new ProblemException(Problem.notFound("subscription", id)));
    }

    /** The ids of all subscriptions that a customer ever had, in the order of their creation. */
    public static List<UUID> idsOfCustomer(
            Database.Transaction transaction, OrganizationId organization, UUID customer) {
        List<UUID> ids = new ArrayList<>();
        transaction
                .execute(IDS_OF_CUSTOMER, Tuple.of(organization.value(), customer))
                .forEach(row -> ids.add(row.getUUID("id")));
        return ids;
    }

    /** The subscriptions with these ids, in the order of their creation; those that are missing are left out. */
    public static List<Subscription> load(
            Database.Transaction transaction, OrganizationId organization, Collection<UUID> ids) {
        Tuple wanted = Tuple.tuple().addUUID(organization.value()).addArrayOfUUID(ids.toArray(UUID[]::new));
        return withItems(transaction, organization, transaction.execute(BY_IDS, wanted)).stream()
                .map(Listed::subscription)
                .toList();
    }

    /**
     * The prices of all items of some subscriptions, by code. Their versions do not matter to whoever asks, so each comes with as
     * few as can be: those of one day.
     */
    public static Map<String, OfferedPrice> pricesOf(
            Database.Transaction transaction, OrganizationId organization, Collection<Subscription> subscriptions) {
        return subscriptions.isEmpty()
                ? Map.of()
                : PriceStore.loadInForce(
                        transaction,
                        organization,
                        Subscription.pricesOf(subscriptions),
                        DateRange.of(subscriptions.iterator().next().lifetime().start()));
    }

    /** Only the conditions that were asked for, so that the planner sees which index fits. */
    static List<Listed> list(Database.Transaction transaction, OrganizationId organization, Page page, Filter filter) {
        Tuple parameters = Tuple.of(organization.value(), page.after(), page.fetch());
        StringBuilder sql = new StringBuilder(LISTED);
        if (filter.customerKey() != null) {
            parameters.addString(filter.customerKey());
            sql.append("AND s.customer_id = (SELECT id FROM billing.customers WHERE organization_id = $1 AND key = $")
                    .append(parameters.size())
                    .append(") ");
        }
        if (filter.status() != null) {
            parameters.addString(filter.status());
            sql.append("AND s.status = $").append(parameters.size()).append(' ');
        }
        return withItems(
                transaction,
                organization,
                transaction.execute(sql.append(IN_ORDER).toString(), parameters));
    }

    /** Writes a new subscription, which starts at an instant of its organization's zone, and its items. */
    static void insert(
            Database.Transaction transaction,
            OrganizationId organization,
            Subscription subscription,
            Instant startsAt) {
        Lifetime lifetime = subscription.lifetime();
        OptionalInt anchorDay = lifetime.anchorDay();
        BillingInterval interval = lifetime.intervals().first();
        transaction.execute(
                INSERT,
                Tuple.tuple()
                        .addUUID(organization.value())
                        .addUUID(subscription.id())
                        .addUUID(subscription.customerId())
                        .addString(subscription.status().wireName())
                        .addValue(subscription.plan())
                        .addString(interval.unit().name().toLowerCase(Locale.ROOT))
                        .addInteger(interval.count())
                        .addLocalDate(lifetime.start())
                        .addOffsetDateTime(Timestamps.toSql(startsAt))
                        .addValue(lifetime.trialEnd())
                        .addValue(anchorDay.isPresent() ? anchorDay.getAsInt() : null)
                        .addString(JsonColumn.toSql(subscription.metadata()))
                        .addOffsetDateTime(Timestamps.toSql(subscription.createdAt())));
        ItemStore.insert(transaction, organization, subscription.id(), subscription.items());
    }

    /** Writes the plan, the trial, the end and the intervals as they are now. */
    static void update(Database.Transaction transaction, OrganizationId organization, Subscription changed) {
        Lifetime lifetime = changed.lifetime();
        transaction.execute(
                UPDATE,
                Tuple.tuple()
                        .addUUID(organization.value())
                        .addUUID(changed.id())
                        .addValue(changed.plan())
                        .addValue(lifetime.trialEnd())
                        .addValue(lifetime.end())
                        .addString(JsonColumn.toSql(changes(lifetime.intervals()))));
    }

    private static List<Listed> withItems(
            Database.Transaction transaction, OrganizationId organization, RowSet<Row> rows) {
        List<UUID> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.getUUID("id")));
        Map<UUID, List<Item>> items = ItemStore.load(transaction, organization, ids);
        List<Listed> listed = new ArrayList<>();
        rows.forEach(row -> listed.add(
                new Listed(row.getLong("created_order"), read(row, items.getOrDefault(row.getUUID("id"), List.of())))));
        return listed;
    }

    private static Subscription read(Row row, List<Item> items) {
        Integer anchorDay = row.getInteger("anchor_day");
        LocalDate periodStart = row.getLocalDate("period_start");
        return new Subscription(
                row.getUUID("id"),
                row.getUUID("customer_id"),
                row.getString("customer_key"),
                status(row.getString("status")),
                row.getString("plan"),
                new Lifetime(
                        row.getLocalDate("start_date"),
                        row.getLocalDate("trial_end"),
                        anchorDay == null ? OptionalInt.empty() : OptionalInt.of(anchorDay),
                        intervals(row),
                        row.getLocalDate("cancel_at")),
                items,
                periodStart == null ? null : new DateRange(periodStart, row.getLocalDate("period_end")),
                Timestamps.readNullable(row, "canceled_at"),
                JsonColumn.readTexts(row, "metadata"),
                Timestamps.read(row, "created_at"));
    }

    private static Intervals intervals(Row row) {
        List<Intervals.Change> changes = new ArrayList<>();
        JsonColumn.read(row, "interval_changes")
                .forEach(change -> changes.add(new Intervals.Change(
                        LocalDate.parse(change.get("from").textValue()),
                        interval(
                                change.get("unit").textValue(),
                                change.get("count").intValue()))));
        return new Intervals(interval(row.getString("interval_unit"), row.getInteger("interval_count")), changes);
    }

    private static BillingInterval interval(String unit, int count) {
        return new BillingInterval(BillingInterval.Unit.valueOf(unit.toUpperCase(Locale.ROOT)), count);
    }

    private static ArrayNode changes(Intervals intervals) {
        ArrayNode changes = Json.array();
        intervals
                .changes()
                .forEach(change -> changes.addObject()
                        .put("from", change.from().toString())
                        .put("unit", change.interval().unit().name().toLowerCase(Locale.ROOT))
                        .put("count", change.interval().count()));
        return changes;
    }

    private static SubscriptionStatus status(String name) {
        return SubscriptionStatus.ofWireName(name)
                .orElseThrow(() -> new IllegalStateException("unknown status in a stored subscription: " + name));
    }
}

package dev.valora.billing.contract;

import dev.valora.billing.JsonColumn;
import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.contract.Subscription.Item;
import dev.valora.billing.subscription.Lifetime;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of subscriptions and their items, inside a transaction of their organization. */
public final class SubscriptionStore {

    private static final String SELECT = """
            SELECT s.id, s.created_order, s.customer_id, customer.key AS customer_key, s.status, s.plan, s.interval_unit,
                s.interval_count, s.start_date, s.trial_end, s.anchor_day, s.cancel_at, s.canceled_at, s.metadata::text,
                s.created_at, c.period_start, c.period_end
            FROM billing.subscriptions s
            JOIN billing.customers customer
                ON customer.organization_id = s.organization_id AND customer.id = s.customer_id
            LEFT JOIN billing.cycles c
                ON c.organization_id = s.organization_id AND c.subscription_id = s.id AND c.state = 'open'
            WHERE s.organization_id = $1
            """;
    private static final String BY_IDS = SELECT + "AND s.id = ANY($2) ORDER BY s.created_order";
    private static final String TO_START = SELECT + """
            AND s.status = 'scheduled' AND s.starts_at = $2 AND (s.retry_at IS NULL OR s.retry_at <= $3)
            ORDER BY s.id LIMIT $4
            """;
    private static final String LIST = SELECT + """
            AND s.created_order > $2 AND ($4::text IS NULL OR customer.key = $4::text)
            AND ($5::text IS NULL OR s.status = $5::text)
            ORDER BY s.created_order LIMIT $3
            """;
    private static final String ITEMS = """
            SELECT subscription_id, id, price, quantity, start_date, end_date FROM billing.items
            WHERE organization_id = $1 AND subscription_id = ANY($2) ORDER BY created_order
            """;
    private static final String INSERT = """
            INSERT INTO billing.subscriptions (organization_id, id, customer_id, status, plan, interval_unit, interval_count,
                start_date, starts_at, trial_end, anchor_day, metadata, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text::jsonb, $13)
            """;
    private static final String INSERT_ITEMS = """
            INSERT INTO billing.items (organization_id, subscription_id, id, price, quantity, start_date)
            SELECT $1, $2, sent.id, sent.price, sent.quantity::numeric, $3
            FROM unnest($4::uuid[], $5::text[], $6::text[]) WITH ORDINALITY AS sent (id, price, quantity, ordinal)
            ORDER BY sent.ordinal
            """;
    private static final String UPDATE_END =
            "UPDATE billing.subscriptions SET cancel_at = $3 WHERE organization_id = $1 AND id = $2";

    /**
     * The first usage price of the customer that another live item has too. OFFSET 0 keeps the planner on the way from the
     * customer: the other way around, it would read every item of a price.
     */
    private static final String PRICE_IN_USE = """
            SELECT i.price FROM
                (SELECT id, cancel_at FROM billing.subscriptions
                    WHERE organization_id = $1 AND customer_id = $2 OFFSET 0) s
                CROSS JOIN LATERAL (SELECT price, start_date, end_date FROM billing.items
                    WHERE organization_id = $1 AND subscription_id = s.id OFFSET 0) i
            WHERE i.price = ANY($3) AND (i.end_date IS NULL OR i.end_date > $4)
                AND (s.cancel_at IS NULL OR s.cancel_at > greatest(i.start_date, $4))
            LIMIT 1
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

    /** The subscriptions with these ids, in the order of their creation; those that are missing are left out. */
    public static List<Subscription> load(
            Database.Transaction transaction, OrganizationId organization, Collection<UUID> ids) {
        Tuple wanted = Tuple.tuple().addUUID(organization.value()).addArrayOfUUID(ids.toArray(UUID[]::new));
        return withItems(transaction, organization, transaction.execute(BY_IDS, wanted)).stream()
                .map(Listed::subscription)
                .toList();
    }

    static List<Listed> list(Database.Transaction transaction, OrganizationId organization, Page page, Filter filter) {
        Tuple parameters =
                Tuple.of(organization.value(), page.after(), page.fetch(), filter.customerKey(), filter.status());
        return withItems(transaction, organization, transaction.execute(LIST, parameters));
    }

    /** Writes a new subscription, which starts at an instant of its organization's zone, and its items. */
    static void insert(
            Database.Transaction transaction,
            OrganizationId organization,
            Subscription subscription,
            Instant startsAt) {
        Lifetime lifetime = subscription.lifetime();
        OptionalInt anchorDay = lifetime.anchorDay();
        transaction.execute(
                INSERT,
                Tuple.tuple()
                        .addUUID(organization.value())
                        .addUUID(subscription.id())
                        .addUUID(subscription.customerId())
                        .addString(subscription.status().wireName())
                        .addValue(subscription.plan())
                        .addString(lifetime.interval().unit().name().toLowerCase(Locale.ROOT))
                        .addInteger(lifetime.interval().count())
                        .addLocalDate(lifetime.start())
                        .addOffsetDateTime(Timestamps.toSql(startsAt))
                        .addValue(lifetime.trialEnd())
                        .addValue(anchorDay.isPresent() ? anchorDay.getAsInt() : null)
                        .addString(JsonColumn.toSql(subscription.metadata()))
                        .addOffsetDateTime(Timestamps.toSql(subscription.createdAt())));
        List<Item> items = subscription.items();
        transaction.execute(
                INSERT_ITEMS,
                Tuple.tuple()
                        .addUUID(organization.value())
                        .addUUID(subscription.id())
                        .addLocalDate(lifetime.start())
                        .addArrayOfUUID(items.stream().map(Item::id).toArray(UUID[]::new))
                        .addArrayOfString(items.stream().map(Item::price).toArray(String[]::new))
                        .addArrayOfString(items.stream()
                                .map(item -> item.quantity().toPlainString())
                                .toArray(String[]::new)));
    }

    /** Writes the first day not billed. */
    static void updateEnd(Database.Transaction transaction, OrganizationId organization, UUID id, LocalDate cancelAt) {
        transaction.execute(UPDATE_END, Tuple.of(organization.value(), id, cancelAt));
    }

    /** One of the prices that the customer has a live item on, or will have, on or after a day. */
    static Optional<String> priceInUse(
            Database.Transaction transaction,
            OrganizationId organization,
            UUID customer,
            Collection<String> prices,
            LocalDate from) {
        Tuple parameters = Tuple.tuple()
                .addUUID(organization.value())
                .addUUID(customer)
                .addArrayOfString(prices.toArray(String[]::new))
                .addLocalDate(from);
        for (Row row : transaction.execute(PRICE_IN_USE, parameters)) {
            return Optional.of(row.getString("price"));
        }
        return Optional.empty();
    }

    private static List<Listed> withItems(
            Database.Transaction transaction, OrganizationId organization, RowSet<Row> rows) {
        List<UUID> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.getUUID("id")));
        Map<UUID, List<Item>> items = new HashMap<>();
        if (!ids.isEmpty()) {
            Tuple wanted = Tuple.tuple().addUUID(organization.value()).addArrayOfUUID(ids.toArray(UUID[]::new));
            for (Row row : transaction.execute(ITEMS, wanted)) {
                items.computeIfAbsent(row.getUUID("subscription_id"), id -> new ArrayList<>())
                        .add(new Item(
                                row.getUUID("id"),
                                row.getString("price"),
                                row.get(BigDecimal.class, "quantity"),
                                row.getLocalDate("start_date"),
                                row.getLocalDate("end_date")));
            }
        }
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
                        new BillingInterval(
                                BillingInterval.Unit.valueOf(
                                        row.getString("interval_unit").toUpperCase(Locale.ROOT)),
                                row.getInteger("interval_count"))),
                items,
                periodStart == null ? null : new DateRange(periodStart, row.getLocalDate("period_end")),
                row.getLocalDate("cancel_at"),
                Timestamps.readNullable(row, "canceled_at"),
                JsonColumn.readTexts(row, "metadata"),
                Timestamps.read(row, "created_at"));
    }

    private static SubscriptionStatus status(String name) {
        return SubscriptionStatus.ofWireName(name)
                .orElseThrow(() -> new IllegalStateException("unknown status in a stored subscription: " + name));
    }
}

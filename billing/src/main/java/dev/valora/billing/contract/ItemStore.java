package dev.valora.billing.contract;

import dev.valora.billing.subscription.Item;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of items, inside a transaction of their organization. */
final class ItemStore {

    private static final String LOAD = """
            SELECT subscription_id, id, price, quantity, start_date, end_date, charged_from, charged_until FROM billing.items
            WHERE organization_id = $1 AND subscription_id = ANY($2) ORDER BY created_order
            """;
    private static final String INSERT = """
            INSERT INTO billing.items (organization_id, subscription_id, id, price, quantity, start_date, charged_from)
            SELECT $1, $2, sent.id, sent.price, sent.quantity::numeric, sent.starts, sent.charged
            FROM unnest($3::uuid[], $4::text[], $5::text[], $6::date[], $7::date[])
                WITH ORDINALITY AS sent (id, price, quantity, starts, charged, ordinal)
            ORDER BY sent.ordinal
            """;
    private static final String UPDATE_DAYS = """
            UPDATE billing.items i SET end_date = sent.ends, charged_from = sent.charged_from, charged_until = sent.charged_until
            FROM unnest($2::uuid[], $3::date[], $4::date[], $5::date[]) AS sent (id, ends, charged_from, charged_until)
            WHERE i.organization_id = $1 AND i.id = sent.id
            """;

    /**
     * The first usage price of the customer that a live item of another subscription has too. OFFSET 0 keeps the planner on the
     * way from the customer: the other way around, it would read every item of a price.
     */
    private static final String PRICE_IN_USE = """
            SELECT i.price FROM
                (SELECT id, cancel_at FROM billing.subscriptions
                    WHERE organization_id = $1 AND customer_id = $2 AND id IS DISTINCT FROM $5::uuid OFFSET 0) s
                CROSS JOIN LATERAL (SELECT price, start_date, end_date FROM billing.items
                    WHERE organization_id = $1 AND subscription_id = s.id OFFSET 0) i
            WHERE i.price = ANY($3) AND (i.end_date IS NULL OR i.end_date > greatest(i.start_date, $4))
                AND (s.cancel_at IS NULL OR s.cancel_at > greatest(i.start_date, $4))
            LIMIT 1
            """;

    private static final String COUNT =
            "SELECT count(*) FROM billing.items WHERE organization_id = $1 AND subscription_id = $2";

    /** Items of one subscription in all its life: each closing reads them all. */
    private static final int KEPT_ITEMS = 1_000;

    private ItemStore() {}

    /**
     * Whose prices are looked for.
     *
     * @param subscription whose own items do not count; null when there is none yet
     * @param from the first day that matters
     */
    record Buyer(UUID customer, @Nullable UUID subscription, LocalDate from) {}

    /** The items of each subscription, in the order in which they were bought. */
    static Map<UUID, List<Item>> load(
            Database.Transaction transaction, OrganizationId organization, Collection<UUID> subscriptions) {
        Map<UUID, List<Item>> items = new HashMap<>();
        if (subscriptions.isEmpty()) {
            return items;
        }
        Tuple wanted = Tuple.tuple().addUUID(organization.value()).addArrayOfUUID(subscriptions.toArray(UUID[]::new));
        for (Row row : transaction.execute(LOAD, wanted)) {
            items.computeIfAbsent(row.getUUID("subscription_id"), id -> new ArrayList<>())
                    .add(new Item(
                            row.getUUID("id"),
                            row.getString("price"),
                            row.get(BigDecimal.class, "quantity"),
                            row.getLocalDate("start_date"),
                            row.getLocalDate("end_date"),
                            row.getLocalDate("charged_from"),
                            row.getLocalDate("charged_until")));
        }
        return items;
    }

    /**
     * Writes items that begin.
     *
     * @throws ProblemException 409 when the subscription has had too many already
     */
    static void insert(
            Database.Transaction transaction, OrganizationId organization, UUID subscription, List<Item> items) {
        if (items.isEmpty()) {
            return;
        }
        refuseTooMany(transaction, organization, subscription, items.size());
        transaction.execute(
                INSERT,
                Tuple.tuple()
                        .addUUID(organization.value())
                        .addUUID(subscription)
                        .addArrayOfUUID(items.stream().map(Item::id).toArray(UUID[]::new))
                        .addArrayOfString(items.stream().map(Item::price).toArray(String[]::new))
                        .addArrayOfString(items.stream()
                                .map(item -> item.quantity().toPlainString())
                                .toArray(String[]::new))
                        .addArrayOfLocalDate(items.stream().map(Item::start).toArray(LocalDate[]::new))
                        .addArrayOfLocalDate(
                                items.stream().map(Item::chargedFrom).toArray(LocalDate[]::new)));
    }

    private static void refuseTooMany(
            Database.Transaction transaction, OrganizationId organization, UUID subscription, int more) {
        long kept = transaction
                .execute(COUNT, Tuple.of(organization.value(), subscription))
                .iterator()
                .next()
                .getLong(0);
        if (kept + more > KEPT_ITEMS) {
            throw new ProblemException(Problem.of(
                    ProblemKind.CONFLICT,
                    "too_many_items",
                    "A subscription keeps all items that it ever had, at most " + KEPT_ITEMS + ", and has had " + kept
                            + "; cancel it and subscribe the customer anew."));
        }
    }

    /** Writes until when items live, and when they are charged. */
    static void updateDays(Database.Transaction transaction, OrganizationId organization, List<Item> items) {
        if (items.isEmpty()) {
            return;
        }
        List<@Nullable LocalDate> ends = new ArrayList<>();
        List<@Nullable LocalDate> chargedUntil = new ArrayList<>();
        items.forEach(item -> {
            ends.add(item.end());
            chargedUntil.add(item.chargedUntil());
        });
        transaction.execute(
                UPDATE_DAYS,
                Tuple.tuple()
                        .addUUID(organization.value())
                        .addArrayOfUUID(items.stream().map(Item::id).toArray(UUID[]::new))
                        .addArrayOfLocalDate(ends.toArray(LocalDate[]::new))
                        .addArrayOfLocalDate(
                                items.stream().map(Item::chargedFrom).toArray(LocalDate[]::new))
                        .addArrayOfLocalDate(chargedUntil.toArray(LocalDate[]::new)));
    }

    /** One of the prices that the customer has a live item on elsewhere, or will have, on or after a day. */
    static Optional<String> priceInUse(
            Database.Transaction transaction, OrganizationId organization, Buyer buyer, Collection<String> prices) {
        Tuple parameters = Tuple.tuple()
                .addUUID(organization.value())
                .addUUID(buyer.customer())
                .addArrayOfString(prices.toArray(String[]::new))
                .addLocalDate(buyer.from())
                .addValue(buyer.subscription());
        for (Row row : transaction.execute(PRICE_IN_USE, parameters)) {
            return Optional.of(row.getString("price"));
        }
        return Optional.empty();
    }
}

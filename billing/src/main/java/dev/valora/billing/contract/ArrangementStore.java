package dev.valora.billing.contract;

import dev.valora.billing.subscription.Arrangement;
import dev.valora.billing.subscription.Arrangement.Wanted;
import dev.valora.billing.subscription.Arrangements;
import dev.valora.billing.subscription.Item;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The rows of what is arranged for subscriptions, inside a transaction of their organization. Only who changes one reads them. */
final class ArrangementStore {

    private static final String LOAD = """
            SELECT day, charged_from, items FROM billing.arrangements
            WHERE organization_id = $1 AND subscription_id = $2 ORDER BY number
            """;
    private static final String APPEND = """
            INSERT INTO billing.arrangements (organization_id, subscription_id, number, day, charged_from, items)
            SELECT $1, $2, count(*), $3, $4, $5 FROM billing.arrangements WHERE organization_id = $1 AND subscription_id = $2
            """;

    private ArrangementStore() {}

    /** All that is arranged for a subscription whose items are loaded. */
    static Arrangements load(Database.Transaction transaction, OrganizationId organization, Subscription subscription) {
        Map<UUID, Wanted> wanted = new HashMap<>();
        for (Item item : subscription.items()) {
            wanted.put(item.id(), new Wanted(item.id(), item.price(), item.quantity()));
        }
        List<Arrangement> asked = new ArrayList<>();
        for (Row row : transaction.execute(LOAD, Tuple.of(organization.value(), subscription.id()))) {
            List<Wanted> items = new ArrayList<>();
            for (UUID item : row.getArrayOfUUIDs("items")) {
                items.add(wanted.get(item));
            }
            asked.add(new Arrangement(row.getLocalDate("day"), row.getLocalDate("charged_from"), items));
        }
        return Arrangements.of(asked);
    }

    /** Writes what was asked for last; a subscription's first is what it begins with. */
    static void append(
            Database.Transaction transaction, OrganizationId organization, UUID subscription, Arrangement last) {
        transaction.execute(
                APPEND,
                Tuple.tuple()
                        .addUUID(organization.value())
                        .addUUID(subscription)
                        .addLocalDate(last.day())
                        .addLocalDate(last.chargedFrom())
                        .addArrayOfUUID(last.items().stream().map(Wanted::id).toArray(UUID[]::new)));
    }
}

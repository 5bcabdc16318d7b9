package dev.valora.billing.contract;

import dev.valora.billing.subscription.Arrangement;
import dev.valora.billing.subscription.Arrangement.Wanted;
import dev.valora.billing.subscription.Charging;
import dev.valora.billing.subscription.Item;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** The rows of what is arranged for subscriptions, inside a transaction of their organization. Only who changes one reads them. */
final class ArrangementStore {

    private static final String LOAD = """
            SELECT day, charging, items FROM billing.arrangements
            WHERE organization_id = $1 AND subscription_id = $2 ORDER BY number
            """;
    private static final String APPEND = """
            INSERT INTO billing.arrangements (organization_id, subscription_id, number, day, charging, items)
            SELECT $1, $2, count(*), $3, $4, $5 FROM billing.arrangements WHERE organization_id = $1 AND subscription_id = $2
            """;

    /** Changes that were ever asked for one subscription: each reads them all. */
    private static final int KEPT_CHANGES = 1_000;

    private ArrangementStore() {}

    /** All that was ever asked for a subscription whose items are loaded, in that order. */
    static List<Arrangement> load(
            Database.Transaction transaction, OrganizationId organization, Subscription subscription) {
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
            asked.add(new Arrangement(row.getLocalDate("day"), charging(row.getString("charging")), items));
        }
        return asked;
    }

    /** @throws ProblemException 409 when so much was asked for already that nothing more is kept */
    static void refuseTooMany(List<Arrangement> asked) {
        if (asked.size() > KEPT_CHANGES) {
            throw new ProblemException(Problem.of(
                    ProblemKind.CONFLICT,
                    "too_many_changes",
                    "A subscription keeps all changes that were ever asked for, at most " + KEPT_CHANGES
                            + "; cancel it and subscribe the customer anew."));
        }
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
                        .addString(last.charging().name().toLowerCase(Locale.ROOT))
                        .addArrayOfUUID(last.items().stream().map(Wanted::id).toArray(UUID[]::new)));
    }

    private static Charging charging(String name) {
        return Charging.valueOf(name.toUpperCase(Locale.ROOT));
    }
}

package dev.valora.billing.customers;

import dev.valora.billing.JsonColumn;
import dev.valora.ingest.Database;
import dev.valora.ingest.Ids;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rows of customers, inside a transaction of their organization. */
public final class CustomerStore {

    private static final String KEY_PREFIX = "key:";

    private static final String SELECT =
            "SELECT " + Customer.COLUMNS + " FROM billing.customers WHERE organization_id = $1 ";
    private static final String BY_ID = SELECT + "AND id = $2";
    private static final String BY_IDS = SELECT + "AND id = ANY($2)";
    private static final String BY_KEY = SELECT + "AND key = $2";
    private static final String LIST = SELECT + "AND created_order > $2 ORDER BY created_order LIMIT $3";
    private static final String INSERT = """
            INSERT INTO billing.customers (organization_id, id, key, name, email, address, metadata, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8) ON CONFLICT (organization_id, key) DO NOTHING
            """;
    private static final String UPDATE = """
            UPDATE billing.customers SET name = $3, email = $4, address = $5, metadata = $6::text::jsonb
            WHERE organization_id = $1 AND id = $2
            """;

    private CustomerStore() {}

    /** A customer at its place in the list. */
    record Listed(long number, Customer customer) {}

    /** The customer with this key. */
    public static Optional<Customer> findByKey(
            Database.Transaction transaction, OrganizationId organization, String key) {
        return rows(transaction.execute(BY_KEY, Tuple.of(organization.value(), key)))
                .findFirst()
                .map(Listed::customer);
    }

    /** The customers with these ids; those that are missing are absent. */
    public static Map<UUID, Customer> load(
            Database.Transaction transaction, OrganizationId organization, Collection<UUID> ids) {
        Tuple wanted = Tuple.tuple().addUUID(organization.value()).addArrayOfUUID(ids.toArray(UUID[]::new));
        return rows(transaction.execute(BY_IDS, wanted))
                .map(Listed::customer)
                .collect(Collectors.toMap(Customer::id, customer -> customer));
    }

    /** The customer that a path names: its id, or {@code key:} and its key. */
    static Optional<Customer> find(Database.Transaction transaction, OrganizationId organization, String name) {
        if (name.startsWith(KEY_PREFIX)) {
            return findByKey(transaction, organization, name.substring(KEY_PREFIX.length()));
        }
        return Ids.parse(name)
                .flatMap(id -> rows(transaction.execute(BY_ID, Tuple.of(organization.value(), id)))
                        .findFirst())
                .map(Listed::customer);
    }

    /** A page with one row more if there is one. */
    static List<Listed> list(Database.Transaction transaction, OrganizationId organization, Page page) {
        return rows(transaction.execute(LIST, Tuple.of(organization.value(), page.after(), page.fetch())))
                .toList();
    }

    /** The list of customers with this key: one or none. */
    static List<Listed> list(Database.Transaction transaction, OrganizationId organization, String key, Page page) {
        return rows(transaction.execute(BY_KEY, Tuple.of(organization.value(), key)))
                .filter(listed -> listed.number() > page.after())
                .toList();
    }

    /** Writes a new customer; false when the key is taken, and then nothing is written. */
    static boolean insert(Database.Transaction transaction, OrganizationId organization, Customer customer) {
        Tuple row = Tuple.tuple()
                .addUUID(organization.value())
                .addUUID(customer.id())
                .addString(customer.key())
                .addString(customer.name())
                .addValue(customer.email())
                .addValue(customer.address())
                .addString(JsonColumn.toSql(customer.metadata()))
                .addOffsetDateTime(Timestamps.toSql(customer.createdAt()));
        return transaction.execute(INSERT, row).rowCount() == 1;
    }

    /** Writes what may change of a customer. */
    static void update(Database.Transaction transaction, OrganizationId organization, Customer customer) {
        transaction.execute(
                UPDATE,
                Tuple.of(
                        organization.value(),
                        customer.id(),
                        customer.name(),
                        customer.email(),
                        customer.address(),
                        JsonColumn.toSql(customer.metadata())));
    }

    private static Stream<Listed> rows(RowSet<Row> rows) {
        List<Listed> listed = new ArrayList<>();
        rows.forEach(row -> listed.add(new Listed(row.getLong("created_order"), Customer.ofRow(row))));
        return listed.stream();
    }
}

package dev.valora.billing.offering;

import dev.valora.billing.JsonColumn;
import dev.valora.ingest.Database.Transaction;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of products, inside a transaction of their organization. */
final class ProductStore {

    private static final String SELECT =
            "SELECT " + Product.COLUMNS + " FROM billing.products WHERE organization_id = $1 ";
    private static final String ONE = SELECT + "AND code = $2";
    private static final String LIST = SELECT + "AND created_order > $2 ORDER BY created_order LIMIT $3";
    private static final String INSERT = """
            INSERT INTO billing.products (organization_id, code, name, description, metadata, created_at)
            VALUES ($1, $2, $3, $4, $5::text::jsonb, $6) ON CONFLICT (organization_id, code) DO NOTHING
            """;
    private static final String UPDATE = """
            UPDATE billing.products SET name = $3, description = $4, metadata = $5::text::jsonb, archived_at = $6
            WHERE organization_id = $1 AND code = $2
            """;

    private ProductStore() {}

    /** A product at its place in the list. */
    record Listed(long number, Product product) {}

    static Optional<Product> find(Transaction transaction, OrganizationId organization, String code) {
        return read(transaction.execute(ONE, Tuple.of(organization.value(), code))).stream()
                .findFirst()
                .map(Listed::product);
    }

    static List<Listed> list(Transaction transaction, OrganizationId organization, Page page) {
        return read(transaction.execute(LIST, Tuple.of(organization.value(), page.after(), page.fetch())));
    }

    /** False when the code is taken, and then nothing is written. */
    static boolean insert(Transaction transaction, OrganizationId organization, Product product) {
        return transaction
                        .execute(
                                INSERT,
                                Tuple.of(
                                        organization.value(),
                                        product.code(),
                                        product.name(),
                                        product.description(),
                                        JsonColumn.toSql(product.metadata()),
                                        Timestamps.toSql(product.createdAt())))
                        .rowCount()
                == 1;
    }

    static void update(Transaction transaction, OrganizationId organization, Product product) {
        Instant archivedAt = product.archivedAt();
        transaction.execute(
                UPDATE,
                Tuple.of(
                        organization.value(),
                        product.code(),
                        product.name(),
                        product.description(),
                        JsonColumn.toSql(product.metadata()),
                        archivedAt == null ? null : Timestamps.toSql(archivedAt)));
    }

    private static List<Listed> read(RowSet<Row> rows) {
        List<Listed> listed = new ArrayList<>();
        rows.forEach(row -> listed.add(new Listed(row.getLong("created_order"), Product.ofRow(row))));
        return listed;
    }
}

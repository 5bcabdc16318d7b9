package dev.valora.billing.offering;

import dev.valora.billing.JsonColumn;
import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The rows of prices and their versions, inside a transaction of their organization. */
public final class PriceStore {

    private static final String SELECT = """
            SELECT p.code, p.created_order, p.product, p.name, p.type, p.meter, p.filter::text, p.interval_unit,
                p.interval_count, p.timing, p.created_at, p.archived_at, product.name AS product_name,
                product.archived_at IS NOT NULL AS product_archived
            FROM billing.prices p
            JOIN billing.products product ON product.organization_id = p.organization_id AND product.code = p.product
            WHERE p.organization_id = $1
            """;
    private static final String BY_CODES = SELECT + "AND p.code = ANY($2) ORDER BY p.created_order";
    private static final String LIST = SELECT + "AND p.created_order > $2 ORDER BY p.created_order LIMIT $3";
    private static final String VERSIONS = """
            SELECT price, version, effective_from, terms::text FROM billing.price_versions
            WHERE organization_id = $1 AND price = ANY($2)
            """;
    /** The first version stands for a price that has none in force, since every price has one. */
    private static final String VERSIONS_IN_FORCE = """
            SELECT price, version, effective_from, terms::text FROM (
                SELECT price, version, effective_from, terms, lead(effective_from) OVER life AS next,
                    row_number() OVER life AS place
                FROM billing.price_versions WHERE organization_id = $1 AND price = ANY($2)
                WINDOW life AS (PARTITION BY price ORDER BY effective_from NULLS FIRST)) versions
            WHERE place = 1 OR ((effective_from IS NULL OR effective_from < $4) AND (next IS NULL OR next > $3))
            """;

    private static final String INSERT = """
            INSERT INTO billing.prices (organization_id, code, product, name, type, meter, filter, interval_unit,
                interval_count, timing, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8, $9, $10, $11) ON CONFLICT (organization_id, code) DO NOTHING
            """;
    private static final String INSERT_VERSION = """
            INSERT INTO billing.price_versions (organization_id, price, version, effective_from, terms, created_at)
            VALUES ($1, $2, $3, $4, $5::text::jsonb, $6)
            """;
    private static final String ARCHIVE =
            "UPDATE billing.prices SET archived_at = $3 WHERE organization_id = $1 AND code = $2";

    private PriceStore() {}

    /** A price at its place in the list. */
    record Listed(long number, OfferedPrice price) {}

    static Optional<OfferedPrice> find(Database.Transaction transaction, OrganizationId organization, String code) {
        return Optional.ofNullable(
                load(transaction, organization, List.of(code)).get(code));
    }

    /** The prices with these codes, archived ones among them, with all their versions; codes without a price are absent. */
    public static Map<String, OfferedPrice> load(
            Database.Transaction transaction, OrganizationId organization, Collection<String> codes) {
        if (codes.isEmpty()) {
            return Map.of();
        }
        Tuple wanted = wanted(organization, codes);
        return byCode(transaction.execute(BY_CODES, wanted), transaction.execute(VERSIONS, wanted));
    }

    /** The same with those versions only that are in force on some of the days: a price may have many. */
    public static Map<String, OfferedPrice> loadInForce(
            Database.Transaction transaction, OrganizationId organization, Collection<String> codes, DateRange days) {
        if (codes.isEmpty()) {
            return Map.of();
        }
        return byCode(
                transaction.execute(BY_CODES, wanted(organization, codes)),
                transaction.execute(
                        VERSIONS_IN_FORCE,
                        wanted(organization, codes).addLocalDate(days.start()).addLocalDate(days.end())));
    }

    private static Map<String, OfferedPrice> byCode(RowSet<Row> prices, RowSet<Row> versions) {
        Map<String, OfferedPrice> byCode = new LinkedHashMap<>();
        withVersions(prices, versions)
                .forEach(listed -> byCode.put(listed.price().price().code(), listed.price()));
        return byCode;
    }

    private static Tuple wanted(OrganizationId organization, Collection<String> codes) {
        return Tuple.tuple().addUUID(organization.value()).addArrayOfString(codes.toArray(String[]::new));
    }

    static List<Listed> list(Database.Transaction transaction, OrganizationId organization, Page page) {
        RowSet<Row> prices = transaction.execute(LIST, Tuple.of(organization.value(), page.after(), page.fetch()));
        List<String> codes = new ArrayList<>();
        prices.forEach(row -> codes.add(row.getString("code")));
        return withVersions(prices, transaction.execute(VERSIONS, wanted(organization, codes)));
    }

    /** False when the code is taken, and then nothing is written. */
    static boolean insert(Database.Transaction transaction, OrganizationId organization, OfferedPrice offered) {
        Price price = offered.price();
        Tuple row = Tuple.tuple()
                .addUUID(organization.value())
                .addString(price.code())
                .addString(price.product())
                .addValue(offered.name())
                .addString(price.isUsage() ? "usage" : "recurring");
        switch (price.charge()) {
            case Basis.Recurring ignored -> row.addValue(null).addValue(null);
            case Basis.Usage usage ->
                row.addString(usage.meter())
                        .addValue(usage.filter().isEmpty() ? null : JsonColumn.toSql(usage.filter()));
        }
        row.addString(price.interval().unit().name().toLowerCase(Locale.ROOT))
                .addInteger(price.interval().count())
                .addString(price.isInAdvance() ? "advance" : "arrears")
                .addOffsetDateTime(Timestamps.toSql(offered.createdAt()));
        if (transaction.execute(INSERT, row).rowCount() == 0) {
            return false;
        }
        price.versions()
                .forEach(version ->
                        insertVersion(transaction, organization, price.code(), version, offered.createdAt()));
        return true;
    }

    static void insertVersion(
            Database.Transaction transaction,
            OrganizationId organization,
            String price,
            PriceVersion version,
            Instant createdAt) {
        transaction.execute(
                INSERT_VERSION,
                Tuple.of(
                        organization.value(),
                        price,
                        version.version(),
                        version.effectiveFrom(),
                        JsonColumn.toSql(PriceTermsJson.write(version.terms())),
                        Timestamps.toSql(createdAt)));
    }

    static void archive(Database.Transaction transaction, OrganizationId organization, String code, Instant at) {
        transaction.execute(ARCHIVE, Tuple.of(organization.value(), code, Timestamps.toSql(at)));
    }

    private static List<Listed> withVersions(RowSet<Row> prices, RowSet<Row> versions) {
        Map<String, List<PriceVersion>> byPrice = new HashMap<>();
        for (Row row : versions) {
            byPrice.computeIfAbsent(row.getString("price"), price -> new ArrayList<>())
                    .add(new PriceVersion(
                            row.getInteger("version"),
                            row.getLocalDate("effective_from"),
                            PriceTermsJson.read(JsonColumn.read(row, "terms"))));
        }
        List<Listed> listed = new ArrayList<>();
        prices.forEach(row -> listed.add(new Listed(
                row.getLong("created_order"), offered(row, byPrice.getOrDefault(row.getString("code"), List.of())))));
        return listed;
    }

    private static OfferedPrice offered(Row row, List<PriceVersion> versions) {
        String name = row.getString("name");
        Price price = new Price(
                row.getString("code"),
                row.getString("product"),
                name == null ? row.getString("product_name") : name,
                charge(row),
                new BillingInterval(
                        BillingInterval.Unit.valueOf(
                                row.getString("interval_unit").toUpperCase(Locale.ROOT)),
                        row.getInteger("interval_count")),
                versions);
        return new OfferedPrice(
                price,
                name,
                Timestamps.read(row, "created_at"),
                Timestamps.readNullable(row, "archived_at"),
                row.getBoolean("product_archived"));
    }

    private static Basis charge(Row row) {
        if (row.getString("type").equals("recurring")) {
            return new Basis.Recurring(row.getString("timing").equals("advance"));
        }
        Map<String, String> filter = row.getString("filter") == null ? Map.of() : JsonColumn.readTexts(row, "filter");
        return new Basis.Usage(row.getString("meter"), filter);
    }
}

package dev.valora.ingest.access;

import dev.valora.ingest.Database;
import dev.valora.ingest.Organization;
import dev.valora.ingest.OrganizationDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Organizations in PostgreSQL. Blocks; any thread but an event loop. */
public final class OrganizationStore implements OrganizationDirectory {

    private static final String COLUMNS = """
            organization_id, row_id, name, currency, timezone, window_minutes, usage_grace_hours, late_usage, net_terms_days,
            issuer_name, issuer_address, issuer_tax_id, invoice_prefix, created_at, zero_invoices
            """;
    private static final String INSERT = """
            INSERT INTO access.organizations (organization_id, name, currency, timezone, window_minutes, usage_grace_hours,
                late_usage, net_terms_days, issuer_name, issuer_address, issuer_tax_id, invoice_prefix, created_at,
                zero_invoices)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """;
    private static final String UPDATE = """
            UPDATE access.organizations SET name = $2, usage_grace_hours = $3, late_usage = $4, net_terms_days = $5,
                issuer_name = $6, issuer_address = $7, issuer_tax_id = $8, invoice_prefix = $9, zero_invoices = $10
            WHERE organization_id = $1
            """;
    private static final String ONE = "SELECT " + COLUMNS + " FROM access.organizations WHERE organization_id = $1";
    private static final String LIST =
            "SELECT " + COLUMNS + " FROM access.organizations WHERE row_id > $1 ORDER BY row_id LIMIT $2";

    private final Database database;

    public OrganizationStore(Database database) {
        this.database = database;
    }

    /** An organization at its place in the list. */
    record Listed(long number, Organization organization) {}

    @Override
    public Organization organization(OrganizationId id) {
        return database.inOrganization(id, transaction -> first(transaction.execute(ONE, Tuple.of(id.value()))))
                .orElseThrow(() -> new ProblemException(Problem.notFound("organization", id.toString())));
    }

    /** The same as the operator sees it. */
    Optional<Organization> findForOperator(OrganizationId id) {
        return database.acrossOrganizations(transaction -> first(transaction.execute(ONE, Tuple.of(id.value()))));
    }

    /** A page of all organizations, as the operator sees them, with one row more if there is one. */
    List<Listed> list(Page page) {
        return database.acrossOrganizations(transaction -> {
            List<Listed> rows = new ArrayList<>();
            for (Row row : transaction.execute(LIST, Tuple.of(page.after(), page.fetch()))) {
                rows.add(new Listed(row.getLong("row_id"), read(row)));
            }
            return rows;
        });
    }

    /** Writes a new organization and its first key, both or neither. */
    void create(Organization organization, ApiKey key, KeySecret secret) {
        database.acrossOrganizations(transaction -> {
            transaction.execute(INSERT, newRow(organization));
            return transaction.execute(ApiKey.INSERT, key.toRow(secret));
        });
    }

    /**
     * Reads an organization, changes it and writes it, while nobody else does.
     *
     * @param change may throw a {@link ProblemException}; nothing is changed then
     */
    Organization update(OrganizationId id, UnaryOperator<Organization> change) {
        return database.inOrganization(id, transaction -> {
            Organization before = first(transaction.execute(ONE + " FOR UPDATE", Tuple.of(id.value())))
                    .orElseThrow(() -> new ProblemException(Problem.notFound("organization", id.toString())));
            Organization after = change.apply(before);
            transaction.execute(UPDATE, changedRow(after));
            return after;
        });
    }

    private static Tuple newRow(Organization organization) {
        return addIssuer(
                        Tuple.tuple()
                                .addUUID(organization.id().value())
                                .addString(organization.name())
                                .addString(organization.currency().getCurrencyCode())
                                .addString(organization.zone().getId())
                                .addShort((short) organization.windowMinutes())
                                .addInteger(organization.usageGraceHours())
                                .addString(wireName(organization.lateUsage()))
                                .addInteger(organization.netTermsDays()),
                        organization.issuer())
                .addString(organization.invoicePrefix())
                .addOffsetDateTime(Timestamps.toSql(organization.createdAt()))
                .addString(wireName(organization.zeroInvoices()));
    }

    private static Tuple changedRow(Organization organization) {
        return addIssuer(
                        Tuple.tuple()
                                .addUUID(organization.id().value())
                                .addString(organization.name())
                                .addInteger(organization.usageGraceHours())
                                .addString(wireName(organization.lateUsage()))
                                .addInteger(organization.netTermsDays()),
                        organization.issuer())
                .addString(organization.invoicePrefix())
                .addString(wireName(organization.zeroInvoices()));
    }

    private static Tuple addIssuer(Tuple row, Organization.@Nullable Issuer issuer) {
        return row.addValue(issuer == null ? null : issuer.name())
                .addValue(issuer == null ? null : issuer.address())
                .addValue(issuer == null ? null : issuer.taxId());
    }

    private static Optional<Organization> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(read(rows.iterator().next()));
    }

    private static Organization read(Row row) {
        String issuerName = row.getString("issuer_name");
        return new Organization(
                new OrganizationId(row.getUUID("organization_id")),
                row.getString("name"),
                Currency.getInstance(row.getString("currency")),
                ZoneId.of(row.getString("timezone")),
                row.getInteger("window_minutes"),
                row.getInteger("usage_grace_hours"),
                Organization.LateUsage.valueOf(row.getString("late_usage").toUpperCase(Locale.ROOT)),
                Organization.ZeroInvoices.valueOf(row.getString("zero_invoices").toUpperCase(Locale.ROOT)),
                row.getInteger("net_terms_days"),
                issuerName == null
                        ? null
                        : new Organization.Issuer(
                                issuerName, row.getString("issuer_address"), row.getString("issuer_tax_id")),
                row.getString("invoice_prefix"),
                Timestamps.read(row, "created_at"));
    }

    static String wireName(Enum<?> policy) {
        return policy.name().toLowerCase(Locale.ROOT);
    }
}

package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.JsonColumn;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.InvoiceCut;
import dev.valora.ingest.Database;
import dev.valora.ingest.Ids;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the rows of finalized invoices, inside a transaction of their organization. */
final class StoredInvoices {

    private static final String COLUMNS = """
            SELECT id, sequence, number, revision, status, customer_id, subscription_id, cycle, currency, period_start, period_end,
                issue_date, due_date, subtotal, total, cut_from, cut_to, accepted_before, lines::text AS lines, content_hash,
                finalized_at, paid_at, payment_reference, voided_at, void_reason,
            """;
    private static final String WITH_TERMS = COLUMNS + """
                terms::text AS terms
            FROM billing.invoices WHERE organization_id = $1
            """;
    private static final String BY_ID = WITH_TERMS + " AND id = $2";

    /** As many whole invoices as fit into memory, and one at least: terms have no bound of their own. */
    private static final String WHOLE = WITH_TERMS + """
             AND sequence IN (SELECT sequence FROM (
                SELECT sequence, sum(pg_column_size(terms)) OVER (ORDER BY sequence) - pg_column_size(terms) AS bytes_before
                FROM billing.invoices WHERE organization_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3) sized
                WHERE bytes_before <= $4)
            ORDER BY sequence
            """;

    private static final String TEXT = """
            SELECT encode(sha256(convert_to(terms::text, 'UTF8')), 'hex') AS terms,
                encode(sha256(convert_to(lines::text, 'UTF8')), 'hex') AS lines
            FROM billing.invoices WHERE organization_id = $1 AND id = $2
            """;

    /** About two hundred usual ones. */
    private static final long WHOLE_BYTES = 1L << 20;

    /** Terms grow with every item and version; a list takes only what it shows of them. */
    private static final String LIST = COLUMNS + """
                json_build_object('seller', document->'seller', 'buyer', document->'buyer', 'exponent', document->'exponent')::text
                    AS terms
            FROM billing.invoices CROSS JOIN LATERAL (SELECT terms::json AS document OFFSET 0) parsed
            WHERE organization_id = $1
            """;

    private static final String IN_ORDER = " ORDER BY sequence LIMIT $3";
    private static final String SEQUENCES =
            " AND sequence IN (SELECT sequence FROM (SELECT sequence FROM billing.invoices WHERE organization_id = $1";

    /**
     * Dates and numbers ascend together, which the planner does not know: it would go through all numbers from the first to
     * find the first of a late day, or of a customer. OFFSET 0 makes it find the days, or the customer's subscriptions, first.
     */
    private static final String FENCE = " OFFSET 0) found" + IN_ORDER + ")";

    /** A subscription stays its customer's, and a customer's id stands under its key for ever. */
    private static final String OF_CUSTOMER = """
             AND subscription_id IN (SELECT s.id FROM billing.subscriptions s WHERE s.organization_id = $1 AND s.customer_id =
                (SELECT c.id FROM billing.customers c WHERE c.organization_id = $1 AND c.key = $%d))
            """;

    private StoredInvoices() {}

    /**
     * What a list shows; null for all.
     *
     * @param customerKey what usage calls the customer
     * @param from the first issue date
     * @param to the first issue date no longer shown
     * @param finalizedAfter exclusive
     */
    record Filter(
            @Nullable String customerKey,
            @Nullable UUID subscription,
            @Nullable String status,
            @Nullable LocalDate from,
            @Nullable LocalDate to,
            @Nullable Instant finalizedAfter) {}

    /** The invoice with this id, with its whole terms. */
    static Optional<StoredInvoice> find(Database.Transaction transaction, OrganizationId organization, UUID id) {
        for (Row row : transaction.execute(BY_ID, Tuple.of(organization.value(), id))) {
            return Optional.of(read(row));
        }
        return Optional.empty();
    }

    /**
     * The invoice that a path names.
     *
     * @throws ProblemException 404 when the organization has none with this id
     */
    static StoredInvoice named(Database.Transaction transaction, OrganizationId organization, String id) {
        return Ids.parse(id)
                .flatMap(parsed -> find(transaction, organization, parsed))
                .orElseThrow(() -> new ProblemException(Problem.notFound("invoice", id)));
    }

    /** A page with one row more if there is one. */
    static List<StoredInvoice> list(
            Database.Transaction transaction, OrganizationId organization, Page page, Filter filter) {
        Tuple parameters = Tuple.of(organization.value(), page.after(), page.fetch());
        String conditions = " AND sequence > $2" + conditions(filter, parameters);
        boolean fenced = filter.from() != null
                || filter.to() != null
                || filter.finalizedAfter() != null
                || filter.customerKey() != null;
        String sql = LIST + (fenced ? SEQUENCES + conditions + FENCE : conditions) + IN_ORDER;
        List<StoredInvoice> invoices = new ArrayList<>();
        transaction.execute(sql, parameters).forEach(row -> invoices.add(read(row)));
        return invoices;
    }

    /**
     * The invoices behind a place in the list, with their whole terms; empty behind the last one.
     *
     * @param limit at most; fewer when their terms are long
     */
    static List<StoredInvoice> whole(
            Database.Transaction transaction, OrganizationId organization, long after, int limit) {
        List<StoredInvoice> invoices = new ArrayList<>();
        transaction
                .execute(WHOLE, Tuple.of(organization.value(), after, limit, WHOLE_BYTES))
                .forEach(row -> invoices.add(read(row)));
        return invoices;
    }

    /** Only what was asked for, so that the planner sees which index fits; adds the parameters. */
    private static String conditions(Filter filter, Tuple parameters) {
        Instant finalizedAfter = filter.finalizedAfter();
        StringBuilder conditions = new StringBuilder();
        and(conditions, OF_CUSTOMER, parameters, filter.customerKey());
        and(conditions, " AND subscription_id = $%d", parameters, filter.subscription());
        and(conditions, " AND status = $%d", parameters, filter.status());
        and(conditions, " AND issue_date >= $%d", parameters, filter.from());
        and(conditions, " AND issue_date < $%d", parameters, filter.to());
        and(
                conditions,
                " AND finalized_at > $%d",
                parameters,
                finalizedAfter == null ? null : Timestamps.toSql(finalizedAfter));
        return conditions.toString();
    }

    private static void and(StringBuilder conditions, String condition, Tuple parameters, @Nullable Object value) {
        if (value != null) {
            parameters.addValue(value);
            conditions.append(condition.replace("%d", Integer.toString(parameters.size())));
        }
    }

    /** Lines are stored as they were hashed, without the ids that follow from their places. */
    private static JsonNode lines(Row row) {
        JsonNode lines = JsonColumn.read(row, "lines");
        return lines instanceof ArrayNode array ? InvoiceContent.withIds(array, row.getUUID("id")) : lines;
    }

    /** The bytes of an invoice's terms and lines as they stand in its row, told by their SHA-256; null in both without a row. */
    static ObjectNode text(Database.Transaction transaction, OrganizationId organization, UUID id) {
        for (Row row : transaction.execute(TEXT, Tuple.of(organization.value(), id))) {
            return text(row.getString("terms"), row.getString("lines"));
        }
        return text(null, null);
    }

    /** The same, of hashes that are known. */
    static ObjectNode text(@Nullable String termsHash, @Nullable String linesHash) {
        ObjectNode text = Json.object();
        text.putObject("text").put("terms", termsHash).put("lines", linesHash);
        return text;
    }

    private static StoredInvoice read(Row row) {
        return new StoredInvoice(
                row.getUUID("id"),
                row.getLong("sequence"),
                row.getString("number"),
                row.getInteger("revision"),
                row.getString("status"),
                row.getUUID("customer_id"),
                row.getUUID("subscription_id"),
                row.getInteger("cycle"),
                row.getString("currency"),
                row.getLocalDate("period_start"),
                row.getLocalDate("period_end"),
                row.getLocalDate("issue_date"),
                row.getLocalDate("due_date"),
                row.get(BigDecimal.class, "subtotal"),
                row.get(BigDecimal.class, "total"),
                new InvoiceCut(
                        Timestamps.read(row, "cut_from"),
                        Timestamps.read(row, "cut_to"),
                        Timestamps.read(row, "accepted_before")),
                JsonColumn.read(row, "terms"),
                lines(row),
                row.getString("content_hash"),
                Timestamps.read(row, "finalized_at"),
                new StoredInvoice.Settlement(
                        Timestamps.readNullable(row, "paid_at"),
                        row.getString("payment_reference"),
                        Timestamps.readNullable(row, "voided_at"),
                        row.getString("void_reason")));
    }
}

package dev.valora.billing.invoices;

import dev.valora.billing.invoice.LedgerEntry;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of usage that counts, and where it came from.
 *
 * @param closedCycle the number of the cycle whose closing wrote it
 * @param cycle whose usage it is
 * @param invoice that billed it; null when it was waived
 */
public record LedgerTrace(
        UUID subscription,
        int closedCycle,
        int cycle,
        UUID item,
        LedgerEntry.Kind kind,
        @Nullable UUID invoice,
        @Nullable String number) {

    private static final String LOAD = """
            SELECT l.subscription_id, l.closed_cycle, l.cycle, l.item_id, l.kind, i.id, i.number FROM billing.ledger l
            JOIN unnest($2::uuid[], $3::integer[]) AS wanted (subscription, cycle)
                ON l.subscription_id = wanted.subscription AND l.cycle = wanted.cycle
            LEFT JOIN billing.invoices i ON i.organization_id = l.organization_id AND i.id = l.invoice_id
            WHERE l.organization_id = $1 AND l.days_from IS NULL AND i.status IS DISTINCT FROM 'void'
            ORDER BY l.subscription_id, l.closed_cycle, l.revision, l.kind, l.entry
            """;

    /** The entries of these cycles, in the order in which they were closed. */
    public static List<LedgerTrace> load(
            Database.Transaction transaction, OrganizationId organization, Collection<CycleKey> cycles) {
        List<LedgerTrace> traces = new ArrayList<>();
        Tuple wanted = Tuple.tuple()
                .addUUID(organization.value())
                .addArrayOfUUID(cycles.stream().map(CycleKey::subscription).toArray(UUID[]::new))
                .addArrayOfInteger(cycles.stream().map(CycleKey::number).toArray(Integer[]::new));
        for (Row row : transaction.execute(LOAD, wanted)) {
            traces.add(new LedgerTrace(
                    row.getUUID("subscription_id"),
                    row.getInteger("closed_cycle"),
                    row.getInteger("cycle"),
                    row.getUUID("item_id"),
                    LedgerEntry.Kind.ofWireName(row.getString("kind")),
                    row.getUUID("id"),
                    row.getString("number")));
        }
        return traces;
    }
}

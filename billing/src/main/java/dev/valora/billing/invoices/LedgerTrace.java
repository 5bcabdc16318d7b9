package dev.valora.billing.invoices;

import dev.valora.billing.invoice.LedgerEntry;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of usage, and where it came from.
 *
 * @param closedCycle the number of the cycle whose closing wrote it
 * @param cycle whose usage it is
 * @param invoice that billed it; null when it was waived, and when a closing billed nothing and no invoice was issued
 */
public record LedgerTrace(
        UUID subscription,
        int closedCycle,
        int cycle,
        UUID item,
        LedgerEntry.Kind kind,
        @Nullable Billing invoice) {

    private static final String LOAD = """
            SELECT l.subscription_id, l.closed_cycle, l.cycle, l.item_id, l.kind, i.id, i.number, i.revision,
                i.accepted_before, i.status = 'void' AS is_void
            FROM billing.ledger l
            JOIN unnest($2::uuid[], $3::integer[]) AS wanted (subscription, cycle)
                ON l.subscription_id = wanted.subscription AND l.cycle = wanted.cycle
            LEFT JOIN billing.invoices i ON i.organization_id = l.organization_id AND i.subscription_id = l.subscription_id
                AND i.cycle = l.closed_cycle AND i.revision = l.revision AND l.kind <> 'waived'
            WHERE l.organization_id = $1 AND l.days_from IS NULL
            ORDER BY l.subscription_id, l.closed_cycle, l.revision, l.kind, l.entry
            """;

    /**
     * The invoice that billed an entry.
     *
     * @param revision from 1; a later one was issued again, at a cut of its own
     * @param acceptedBefore its cut
     * @param isVoid whether it was taken back, so that the entry does not count
     */
    public record Billing(UUID id, String number, int revision, Instant acceptedBefore, boolean isVoid) {}

    /** Whether it says what stands: what a void invoice billed does not. */
    public boolean counts() {
        return invoice == null || !invoice.isVoid();
    }

    /** The entries of these cycles, those of void invoices among them, in the order in which they were closed. */
    public static List<LedgerTrace> load(
            Database.Transaction transaction, OrganizationId organization, Collection<CycleKey> cycles) {
        List<LedgerTrace> traces = new ArrayList<>();
        Tuple wanted = Tuple.tuple()
                .addUUID(organization.value())
                .addArrayOfUUID(CycleKey.subscriptions(cycles))
                .addArrayOfInteger(CycleKey.numbers(cycles));
        for (Row row : transaction.execute(LOAD, wanted)) {
            traces.add(new LedgerTrace(
                    row.getUUID("subscription_id"),
                    row.getInteger("closed_cycle"),
                    row.getInteger("cycle"),
                    row.getUUID("item_id"),
                    LedgerEntry.Kind.ofWireName(row.getString("kind")),
                    invoice(row)));
        }
        return traces;
    }

    private static @Nullable Billing invoice(Row row) {
        UUID id = row.getUUID("id");
        return id == null
                ? null
                : new Billing(
                        id,
                        row.getString("number"),
                        row.getInteger("revision"),
                        Timestamps.read(row, "accepted_before"),
                        row.getBoolean("is_void"));
    }
}

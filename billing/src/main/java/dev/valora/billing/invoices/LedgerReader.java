package dev.valora.billing.invoices;

import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.invoice.LedgerBalance;
import dev.valora.billing.invoice.LedgerEntry;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Reads what invoices that are not void billed, gave back and waived, inside a transaction of their organization. */
public final class LedgerReader {

    /** A look into the index for each cycle; of invoices only the void ones are looked at, which are few. */
    private static final String LOAD = """
            SELECT found.* FROM unnest($2::uuid[], $3::integer[]) AS wanted (subscription, cycle)
            CROSS JOIN LATERAL (
                SELECT l.subscription_id, l.cycle, l.item_id, l.price, l.kind, l.amount, l.quantity, l.days_from, l.days_to,
                    l.closed_cycle, l.revision, l.entry
                FROM billing.ledger l
                WHERE l.organization_id = $1 AND l.subscription_id = wanted.subscription AND l.cycle = wanted.cycle OFFSET 0
            ) found
            WHERE NOT EXISTS (SELECT FROM billing.invoices i
                WHERE i.organization_id = $1 AND i.subscription_id = found.subscription_id AND i.cycle = found.closed_cycle
                    AND i.revision = found.revision AND i.status = 'void' AND found.kind <> 'waived')
            ORDER BY found.subscription_id, found.cycle, found.closed_cycle, found.revision, found.kind, found.entry
            """;

    private static final String RETURNED = """
            SELECT DISTINCT l.subscription_id, l.cycle FROM billing.invoices i
            JOIN billing.ledger l ON l.organization_id = i.organization_id AND l.subscription_id = i.subscription_id
                AND l.closed_cycle = i.cycle AND l.revision = i.revision
            WHERE i.organization_id = $1 AND i.subscription_id = ANY($2) AND i.status = 'void' AND l.days_from IS NOT NULL
            ORDER BY l.subscription_id, l.cycle
            """;

    private LedgerReader() {}

    /** The entries of these cycles, grouped. */
    public static LedgerBalance load(
            Database.Transaction transaction, OrganizationId organization, Collection<CycleKey> cycles) {
        LedgerBalance balance = new LedgerBalance();
        if (cycles.isEmpty()) {
            return balance;
        }
        Set<CycleKey> wanted = new HashSet<>(cycles);
        Tuple parameters = Tuple.tuple()
                .addUUID(organization.value())
                .addArrayOfUUID(CycleKey.subscriptions(wanted))
                .addArrayOfInteger(CycleKey.numbers(wanted));
        for (Row row : transaction.execute(LOAD, parameters)) {
            balance.add(row.getUUID("subscription_id"), entry(row));
        }
        return balance;
    }

    /** Cycles for whose licences a void invoice charged or gave back days: what it did is to be done again. */
    public static List<CycleKey> returned(
            Database.Transaction transaction, OrganizationId organization, Collection<UUID> subscriptions) {
        List<CycleKey> cycles = new ArrayList<>();
        Tuple parameters =
                Tuple.tuple().addUUID(organization.value()).addArrayOfUUID(subscriptions.toArray(UUID[]::new));
        for (Row row : transaction.execute(RETURNED, parameters)) {
            cycles.add(new CycleKey(row.getUUID("subscription_id"), row.getInteger("cycle")));
        }
        return cycles;
    }

    static LedgerEntry entry(Row row) {
        LocalDate from = row.getLocalDate("days_from");
        return new LedgerEntry(
                new LedgerEntry.Key(row.getInteger("cycle"), row.getUUID("item_id"), row.getString("price")),
                LedgerEntry.Kind.ofWireName(row.getString("kind")),
                row.get(BigDecimal.class, "amount"),
                row.get(BigDecimal.class, "quantity"),
                from == null ? null : new DateRange(from, row.getLocalDate("days_to")));
    }
}

package dev.valora.billing.cycles;

import dev.valora.ingest.Database;
import dev.valora.ingest.Timestamps;
import dev.valora.ingest.UnbilledUsage;
import java.time.Instant;

/**
 * Tells which usage belongs to cycles that are not closed. A subscription that is yet to begin counts with its start: its first
 * cycle opens there. Any thread that may block.
 */
public final class UnclosedCycles implements UnbilledUsage {

    private static final String EARLIEST = """
            SELECT least(
                (SELECT min(starts_at) FROM billing.cycles WHERE state = 'open'),
                (SELECT min(starts_at) FROM billing.cycles WHERE state = 'awaiting_cut'),
                (SELECT min(starts_at) FROM billing.subscriptions WHERE status = 'scheduled')) AS starts_at
            """;

    private final Database database;

    public UnclosedCycles(Database database) {
        this.database = database;
    }

    @Override
    public Instant from() {
        return database.acrossOrganizations(transaction -> {
            Instant earliest = Timestamps.readNullable(
                    transaction.execute(EARLIEST).iterator().next(), "starts_at");
            return earliest == null ? Instant.MAX : earliest;
        });
    }
}

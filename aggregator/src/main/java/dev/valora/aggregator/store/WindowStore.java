package dev.valora.aggregator.store;

import dev.valora.aggregator.Windows;
import dev.valora.aggregator.fold.FoldedUsage;
import dev.valora.aggregator.fold.SkipDelta;
import dev.valora.aggregator.fold.WindowKey;
import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Writes deltas and checkpoint in one transaction. Blocks; one thread writes. */
public final class WindowStore {

    private static final String ATTACH = """
            INSERT INTO usage.checkpoint (journal_id, applied_sequence, applied_records, applied_through)
            VALUES ($1, 0, 0, to_timestamp(0)) ON CONFLICT DO NOTHING
            """;

    private static final String LOOK = """
            SELECT journal_id, applied_sequence, applied_records, applied_through FROM usage.checkpoint
            """;

    private static final String LOCK = LOOK + " FOR UPDATE";

    private static final String MOVE = """
            UPDATE usage.checkpoint SET applied_sequence = $1, applied_records = $2, applied_through = $3
            """;

    private static final String SKIP = """
            INSERT INTO usage.skipped_events AS s (organization_id, meter, events, last_position)
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[])
            ON CONFLICT (organization_id, meter) DO UPDATE
            SET events = s.events + excluded.events, last_position = greatest(s.last_position, excluded.last_position)
            """;

    /** Series that are written again need not be asked for; a server with more of them asks for those that are used rarely. */
    private static final int KNOWN_SERIES_MAX = 50_000;

    private final Database database;

    // The writing thread only.
    private final KnownSeries known;

    public WindowStore(Database database) {
        this(database, KNOWN_SERIES_MAX);
    }

    WindowStore(Database database, int knownSeriesMax) {
        this.database = database;
        this.known = new KnownSeries(knownSeriesMax);
    }

    /**
     * The checkpoint from which the journal is to be folded; the first start with an empty database stores the journal's id.
     * Waits for a transaction that still holds the checkpoint, so what it answers is final.
     *
     * @param firstSequence the oldest entry of the journal that was not removed, 1 when none was
     * @param forcedSequence the last entry of the journal that is on disk
     * @throws WrongJournalException when the database holds windows of another journal, or of entries this one lacks, or lacks
     *     those of entries that were removed; nothing is stored then
     * @throws DatabaseException when PostgreSQL cannot be asked
     */
    public Checkpoint attach(UUID journal, long firstSequence, long forcedSequence) {
        // The database may be another one than before.
        known.clear();
        return database.acrossOrganizations(transaction -> {
            transaction.execute(ATTACH, Tuple.of(journal));
            Checkpoint stored = lock(transaction);
            refuseWrongPair(stored, journal, firstSequence, forcedSequence);
            return stored;
        });
    }

    private static void refuseWrongPair(Checkpoint stored, UUID journal, long firstSequence, long forcedSequence) {
        if (!stored.journal().equals(journal)) {
            throw new WrongJournalException("The database holds the windows of journal " + stored.journal()
                    + ", but the data directory holds journal " + journal
                    + ": start with the pair that belongs together, or with an empty database.");
        }
        long needed = stored.sequence() + (stored.records() > 0 ? 1 : 0);
        if (needed > forcedSequence) {
            throw new WrongJournalException(
                    "The database has applied the journal " + journal + " through entry " + needed
                            + ", but in the data directory it ends at entry " + forcedSequence
                            + ": restore a data directory at least as new as the database.");
        }
        if (stored.sequence() + 1 < firstSequence) {
            throw new WrongJournalException("The database has applied the journal " + journal + " through entry "
                    + stored.sequence() + ", but in the data directory it begins at entry " + firstSequence
                    + ", because older files were removed: restore a newer backup of the database.");
        }
    }

    /**
     * Writes the deltas and moves the checkpoint, if it is the expected one. May be tried again with the same arguments after
     * an exception, whatever became of the try before.
     *
     * @param next other than {@code expected}
     * @throws DatabaseException when it did not commit, or when it is not known whether it did
     */
    public FlushOutcome flush(Checkpoint expected, Checkpoint next, FoldedUsage usage) {
        SeriesRows series = new SeriesRows(known);
        FlushOutcome outcome = database.acrossOrganizations(transaction -> {
            Checkpoint stored = lock(transaction);
            if (stored.equals(next)) {
                return new FlushOutcome.AlreadyApplied();
            }
            if (!stored.equals(expected)) {
                return new FlushOutcome.Superseded(stored);
            }
            WindowRows.write(transaction, usage.windows(), series.idsOf(transaction, usage.windows()));
            writeSkips(transaction, usage.skips());
            VoidRows.write(transaction, usage.voids());
            transaction.execute(
                    MOVE, Tuple.of(next.sequence(), next.records(), WindowRows.timestamp(next.appliedThroughMicros())));
            return new FlushOutcome.Applied();
        });
        // It has committed: what a transaction learned that was rolled back, or may have been, is forgotten with it.
        known.add(series.learned());
        return outcome;
    }

    /**
     * The rows of a window, oldest acceptance hour first; empty when the stored checkpoint is not the expected one, so that the
     * rows are not those of what was folded. To be asked by the one who writes, when the outcome of no flush is open.
     *
     * @throws DatabaseException when PostgreSQL cannot be asked
     */
    public Optional<List<WindowRow>> rows(Checkpoint expected, WindowKey window) {
        return database.acrossOrganizations(transaction -> lock(transaction).equals(expected)
                ? Optional.of(WindowRows.read(transaction, window))
                : Optional.empty());
    }

    private static Checkpoint lock(Database.Transaction transaction) {
        return checkpoint(transaction, LOCK);
    }

    private static Checkpoint checkpoint(Database.Transaction transaction, String statement) {
        RowSet<Row> rows = transaction.execute(statement);
        if (rows.size() != 1) {
            throw new WrongJournalException("The database has lost its checkpoint: restore it from a backup.");
        }
        Row row = rows.iterator().next();
        OffsetDateTime appliedThrough = row.getOffsetDateTime("applied_through");
        return new Checkpoint(
                row.getUUID("journal_id"),
                row.getLong("applied_sequence"),
                row.getInteger("applied_records"),
                Windows.micros(appliedThrough.toInstant()));
    }

    private static void writeSkips(Database.Transaction transaction, List<SkipDelta> skips) {
        if (skips.isEmpty()) {
            return;
        }
        transaction.execute(
                SKIP,
                Tuple.of(
                        skips.stream().map(skip -> skip.organization().value()).toArray(UUID[]::new),
                        skips.stream().map(SkipDelta::meter).toArray(String[]::new),
                        skips.stream().map(SkipDelta::events).toArray(Long[]::new),
                        skips.stream().map(SkipDelta::lastPosition).toArray(Long[]::new)));
    }
}

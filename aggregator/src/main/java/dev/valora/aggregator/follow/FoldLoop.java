package dev.valora.aggregator.follow;

import dev.valora.aggregator.FoldObserver;
import dev.valora.aggregator.Windows;
import dev.valora.aggregator.fold.FoldedUsage;
import dev.valora.aggregator.fold.Recount;
import dev.valora.aggregator.fold.WindowFold;
import dev.valora.aggregator.store.Checkpoint;
import dev.valora.aggregator.store.FlushOutcome;
import dev.valora.aggregator.store.WindowRow;
import dev.valora.aggregator.store.WindowStore;
import dev.valora.ingest.Agent;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows the journal from the stored checkpoint, folds, and flushes. When PostgreSQL is away it waits with growing pauses and
 * keeps what it has; the journal keeps the rest. A flush whose outcome is unknown is tried again as it was: the stored
 * checkpoint tells whether it happened.
 */
public final class FoldLoop implements Agent, AppliedUsage {

    /** Work of one step, so that a flush is never long overdue. */
    private static final int RECORDS_A_STEP = 100_000;

    private static final int ENTRIES_A_STEP = 10_000;

    private static final long MILLI = 1_000_000L;
    private static final long FIRST_PAUSE_NANOS = 100 * MILLI;
    private static final long LONGEST_PAUSE_NANOS = 5_000 * MILLI;

    /** How long the end may take to bring the windows up to the journal. */
    private static final long CLOSING_NANOS = 10_000 * MILLI;

    private final FollowedJournal followed;
    private final WindowStore store;
    private final Ticker ticker;
    private final FoldObserver observer;
    private final FoldSettings settings;
    private final AppliedGate gate = new AppliedGate();

    // The agent's thread only.
    private @Nullable WindowFold fold;
    private @Nullable Following following;
    private @Nullable Pending pending;
    private long lastFlushNanos;
    private long pauseNanos;
    private long pausedSinceNanos;

    /** A flush that PostgreSQL has not confirmed. */
    private record Pending(Checkpoint expected, Checkpoint next, FoldedUsage usage) {}

    /** How far the journal is read. Replaced when it is read again from the stored checkpoint. */
    private static final class Following {
        private final JournalReader reader;
        private Checkpoint stored;
        private Checkpoint reached;
        private @Nullable JournalEntry entry;
        private @Nullable Recounting recounting;

        private Following(JournalReader reader, Checkpoint stored) {
            this.reader = reader;
            this.stored = stored;
            this.reached = stored;
        }

        private boolean isStored() {
            return reached.equals(stored);
        }

        private void close() {
            reader.close();
            if (recounting != null) {
                recounting.close();
            }
        }
    }

    public FoldLoop(
            FollowedJournal followed, WindowStore store, Ticker ticker, FoldObserver observer, FoldSettings settings) {
        this.followed = followed;
        this.store = store;
        this.ticker = ticker;
        this.observer = observer;
        this.settings = settings;
        this.lastFlushNanos = ticker.nanos();
    }

    @Override
    public String roleName() {
        return "aggregator";
    }

    /**
     * Reads on, folds, and flushes when that is due.
     *
     * @throws dev.valora.aggregator.store.WrongJournalException when database and journal do not belong together
     * @throws dev.valora.ingest.JournalCorruptException when the journal cannot be read
     * @throws DatabaseException when PostgreSQL refuses what is written, so that trying again is in vain
     */
    @Override
    public int doWork() {
        if (isPausing()) {
            return 0;
        }
        try {
            Following place = following;
            if (place == null) {
                attach();
                return 1;
            }
            int work = pending == null ? follow(place) : 0;
            if (isFlushDue(place)) {
                flush(place);
                work++;
            }
            return work;
        } catch (DatabaseException failed) {
            pauseAfter(failed);
            return 0;
        }
    }

    @Override
    public void idle(long maxNanos) {
        gate.idle(Math.min(maxNanos, nanosUntilDue()));
    }

    /** Ends {@link #idle} early, because entries may have been written. Any thread. */
    public void wake() {
        gate.wake();
    }

    /** Brings the windows up to the journal if that is quickly done, and lets the journal go. */
    @Override
    public void close() {
        long startedNanos = ticker.nanos();
        Following place = following;
        if (place != null) {
            try {
                while (following == place
                        && (pending != null || follow(place) > 0 || !place.isStored())
                        && ticker.nanos() - startedNanos < CLOSING_NANOS) {
                    if (!place.isStored()) {
                        flush(place);
                    }
                }
                if (following == place && !place.isStored()) {
                    flush(place);
                }
            } catch (DatabaseException failed) {
                observer.onFlushFailed(failed);
            } finally {
                place.close();
            }
        }
    }

    @Override
    public long appliedSequence() {
        return gate.appliedSequence();
    }

    @Override
    public Instant appliedThrough() {
        return Windows.instant(gate.appliedThroughMicros());
    }

    @Override
    public boolean awaitApplied(long sequence, Duration atMost) {
        return gate.await(sequence, atMost.toNanos());
    }

    /** Entries on disk that are not in the windows yet. Any thread. */
    public long lagEntries() {
        return Math.max(0, followed.journal().forcedSequence() - gate.appliedSequence());
    }

    /**
     * How far the watermark is behind the journal's last entry, in microseconds of accepted time; 0 as long as no entry at all
     * is applied. Any thread.
     */
    public long lagMicros() {
        long through = gate.appliedThroughMicros();
        long last = followed.journal().lastAcceptedMicros();
        return through == 0 || last < through ? 0 : last - through;
    }

    /** Takes the watermark that an earlier run stored, so that it never reads lower. The starting thread, before the agent's. */
    public void resume(Checkpoint stored) {
        gate.advance(stored.sequence(), stored.appliedThroughMicros());
    }

    private void attach() {
        Journal journal = followed.journal();
        Checkpoint stored = store.attach(journal.id(), journal.firstSequence(), journal.forcedSequence());
        if (fold == null) {
            long seed = journal.id().getMostSignificantBits() ^ journal.id().getLeastSignificantBits();
            fold = new WindowFold(followed.meters(), settings.openWindowsMax(), seed);
        }
        following = new Following(journal.reader(stored.sequence() + 1), stored);
        gate.advance(stored.sequence(), stored.appliedThroughMicros());
        pauseNanos = 0;
    }

    private int follow(Following place) {
        WindowFold open = fold();
        if (open.isAwaiting()) {
            return recount(place);
        }
        int entries = 0;
        int records = 0;
        while (!open.isFull() && !open.isAwaiting() && entries < ENTRIES_A_STEP && records < RECORDS_A_STEP) {
            JournalEntry entry = place.entry == null ? place.reader.poll() : place.entry;
            if (entry == null) {
                break;
            }
            int first = place.reached.records();
            int next = open.fold(entry, first);
            records += next - first;
            boolean isDone = next == entry.recordCount();
            place.entry = isDone ? null : entry;
            place.reached = isDone ? behind(entry, place.reached) : within(next, place.reached);
            entries += isDone ? 1 : 0;
        }
        if (entries + records > 0) {
            observer.onFolded(entries, records);
        }
        return entries + records + (open.isAwaiting() ? 1 : 0);
    }

    /** Finds out what the fold awaits, once everything before it is in the rows; until then a flush is due. */
    private int recount(Following place) {
        if (!place.isStored()) {
            return 0;
        }
        Recounting open = place.recounting;
        if (open == null) {
            open = new Recounting(followed.journal(), fold().awaited(), recount -> rows(place, recount));
            place.recounting = open;
        }
        open.step(ENTRIES_A_STEP);
        if (following == place && open.isDone()) {
            fold().supply(open.outcomes());
            observer.onRecounted(open.outcomes().size(), open.entries());
            place.recounting = null;
        }
        return 1;
    }

    private List<WindowRow> rows(Following place, Recount recount) {
        Optional<List<WindowRow>> rows = store.rows(place.stored, recount.window());
        if (rows.isEmpty()) {
            drop(place);
        }
        return rows.orElse(List.of());
    }

    /** The whole entry is folded: everything accepted before it is, too. */
    private static Checkpoint behind(JournalEntry entry, Checkpoint before) {
        return new Checkpoint(before.journal(), entry.sequence(), 0, entry.acceptedMicros());
    }

    /** Part of the next entry is folded; the watermark stays. */
    private static Checkpoint within(int records, Checkpoint before) {
        return new Checkpoint(before.journal(), before.sequence(), records, before.appliedThroughMicros());
    }

    private boolean isFlushDue(Following place) {
        if (place.isStored()) {
            return false;
        }
        return pending != null
                || fold().isFull()
                || fold().isAwaiting()
                || gate.firstAwaited() <= place.reached.sequence()
                || ticker.nanos() - lastFlushNanos >= intervalNanos();
    }

    private long intervalNanos() {
        return MILLI * (fold().isEmpty() ? settings.idleFlushIntervalMillis() : settings.flushIntervalMillis());
    }

    private void flush(Following place) {
        Pending flush = pending;
        if (flush == null) {
            flush = new Pending(place.stored, place.reached, fold().take());
            pending = flush;
        }
        long startedNanos = ticker.nanos();
        FlushOutcome outcome = store.flush(flush.expected(), flush.next(), flush.usage());
        lastFlushNanos = ticker.nanos();
        pauseNanos = 0;
        pending = null;
        switch (outcome) {
            case FlushOutcome.Applied applied -> moved(place, flush, lastFlushNanos - startedNanos);
            case FlushOutcome.AlreadyApplied already -> moved(place, flush, lastFlushNanos - startedNanos);
            case FlushOutcome.Superseded superseded -> drop(place);
        }
    }

    private void moved(Following place, Pending flush, long nanos) {
        place.stored = flush.next();
        gate.advance(flush.next().sequence(), flush.next().appliedThroughMicros());
        observer.onFlushed(flush.usage().windows().size(), flush.usage().events(), nanos);
        if (!flush.usage().skips().isEmpty()) {
            observer.onSkipped(flush.usage().skippedEvents());
        }
    }

    /** The checkpoint is not where this loop left it: what is in memory may be in the windows already. */
    private void drop(Following place) {
        fold().clear();
        place.close();
        following = null;
        observer.onMemoryDropped();
    }

    private WindowFold fold() {
        WindowFold open = fold;
        if (open == null) {
            throw new IllegalStateException("the loop is not attached");
        }
        return open;
    }

    private boolean isPausing() {
        return pauseNanos > 0 && ticker.nanos() - pausedSinceNanos < pauseNanos;
    }

    private void pauseAfter(DatabaseException failed) {
        observer.onFlushFailed(failed);
        if (isRefusal(failed)) {
            throw failed;
        }
        pausedSinceNanos = ticker.nanos();
        pauseNanos = Math.clamp(2 * pauseNanos, FIRST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
    }

    /** Data (22), a constraint (23) or the statement itself (42): the same again would be refused again. */
    private static boolean isRefusal(DatabaseException failed) {
        String state = failed.sqlState();
        return state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("42"));
    }

    private long nanosUntilDue() {
        long now = ticker.nanos();
        if (pauseNanos > 0) {
            return pausedSinceNanos + pauseNanos - now;
        }
        Following place = following;
        if (place == null || place.isStored()) {
            return Long.MAX_VALUE;
        }
        return lastFlushNanos + intervalNanos() - now;
    }
}

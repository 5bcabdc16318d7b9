package dev.valora.ingest.intake;

import dev.valora.ingest.Agent;
import dev.valora.ingest.EntriesGoneException;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.keys.KeyFiles;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes the key file of each journal file that takes no more entries: that of the file being written from what the writer hands
 * over, see {@link OpenKeyFile}, and where the disk had refused that by reading the journal behind the writer. A step takes or reads a
 * little, so that the server can stop at any time; a file that was not finished is written by the next start.
 *
 * <p>A disk that refuses is asked again a minute later: nothing but the next start's time hangs on it.
 */
public final class KeyFileLoop implements Agent {

    private static final int ENTRIES_A_STEP = 16;

    /** So that the writer's blocks do not run out meanwhile, whatever an entry holds. */
    private static final long EVENTS_A_STEP = 20_000;

    /** How long a stop reads what was lost. */
    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Journal journal;
    private final KeyFiles files;
    private final EventHash hash;
    private final Ticker ticker;
    private final OpenKeyFile open;

    private long writtenThrough;
    private boolean refused;
    private long refusedNanos;
    private @Nullable KeyFileReading reading;

    /**
     * A loop for a journal whose sealed files, up to now, have been seen to.
     *
     * @param hash with the secret of the data directory, for this loop alone
     * @param claimed all that is written to the journal from now on
     */
    public KeyFileLoop(Journal journal, KeyFiles files, EventHash hash, Ticker ticker, ClaimedKeys claimed) {
        this.journal = journal;
        this.files = files;
        this.hash = hash;
        this.ticker = ticker;
        this.open = new OpenKeyFile(journal, files, hash, claimed);
    }

    @Override
    public String roleName() {
        return "key-files";
    }

    /**
     * Takes what was handed over, or reads some entries of a file for which there is no key file.
     *
     * @throws JournalCorruptException when an entry is not what was written
     */
    @Override
    public int doWork() {
        if (open.work()) {
            return 1;
        }
        try {
            KeyFileReading from = reading == null ? begin() : reading;
            if (from == null) {
                return 0;
            }
            reading = from;
            step(from);
        } catch (EntriesGoneException removed) {
            giveUp(); // the journal file needs none any more
        }
        return 1;
    }

    private @Nullable KeyFileReading begin() {
        if (refused && ticker.nanos() - refusedNanos < PAUSE_NANOS) {
            return null;
        }
        refused = false;
        for (JournalSpan span : journal.sealedFiles()) {
            if (open.makes(span)) {
                return null;
            }
            if (span.number() > writtenThrough) {
                if (!span.isEmpty() && !files.isThere(span)) {
                    return KeyFileReading.resume(journal, files, hash, span)
                            .orElseGet(() -> KeyFileReading.anew(journal, files, hash, span));
                }
                writtenThrough = span.number();
            }
        }
        return null;
    }

    private void step(KeyFileReading from) {
        long enough = from.events() + EVENTS_A_STEP;
        for (int entries = 0; entries < ENTRIES_A_STEP && from.events() < enough; entries++) {
            if (from.isDone() || !from.isAlive()) {
                break;
            }
            from.next();
        }
        if (!from.isOfThisJournal()) {
            giveUp(); // what was left is gone then, and the next step begins anew
        } else if (!from.isAlive() || (from.isDone() && !from.finish())) {
            refuse();
        } else if (from.isDone()) {
            giveUp();
        }
    }

    private void refuse() {
        refused = true;
        refusedNanos = ticker.nanos();
        giveUp();
    }

    private void giveUp() {
        if (reading != null) {
            reading.close();
            reading = null;
        }
    }

    @Override
    public void idle(long maxNanos) {
        LockSupport.parkNanos(this, maxNanos);
    }

    /** Leaves a file that is read to the next start, and that of the open journal file to {@link #finish}. */
    @Override
    public void close() {
        if (reading != null) {
            reading.leave();
            reading = null;
        }
        long begunNanos = ticker.nanos();
        open.hurry(() -> ticker.nanos() - begunNanos > STOP_NANOS);
        while (open.work()) {
            // what the writer handed over before it ended
        }
    }

    /**
     * Finishes the key file of the last journal file, so that the next start need not read that. To be called once the loop and
     * the writer have ended, after the journal was closed; without it, or after a kill, the next start reads.
     */
    public void finish() {
        while (open.work()) {
            // the one file that was sealed by closing
        }
        open.close();
    }
}

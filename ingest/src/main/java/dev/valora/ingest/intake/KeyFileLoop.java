package dev.valora.ingest.intake;

import dev.valora.ingest.Agent;
import dev.valora.ingest.EntriesGoneException;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.keys.KeyFileAttempt;
import dev.valora.ingest.keys.KeyFiles;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes the key file of each journal file that takes no more entries: that of the file being written from what the writer hands
 * over, see {@link OpenKeyFile}, and where that did not succeed by reading the journal behind the writer. A step takes or reads a
 * little, so that the server can stop at any time; a file that was not finished is written by the next start.
 *
 * <p>A disk that refuses is asked again a minute later: nothing but the next start's time hangs on it.
 */
public final class KeyFileLoop implements Agent {

    private static final int ENTRIES_A_STEP = 16;
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Journal journal;
    private final KeyFiles files;
    private final EventHash hash;
    private final Ticker ticker;
    private final OpenKeyFile open;

    private long writtenThrough;
    private boolean refused;
    private long refusedNanos;
    private @Nullable Reading reading;

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
        this.open = new OpenKeyFile(journal, files, claimed);
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
            Reading from = reading == null ? begin() : reading;
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

    private @Nullable Reading begin() {
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
                    return new Reading(journal, files, span);
                }
                writtenThrough = span.number();
            }
        }
        return null;
    }

    /** A file that is made by reading the journal. */
    private static final class Reading {
        private final JournalSpan span;
        private final KeyFileAttempt attempt;
        private final JournalReader reader;
        private long nextSequence;

        private Reading(Journal journal, KeyFiles files, JournalSpan span) {
            this.span = span;
            this.reader = journal.reader(span.firstSequence());
            this.attempt = new KeyFileAttempt(files, span.number());
            this.nextSequence = span.firstSequence();
        }

        private JournalEntry next() {
            JournalEntry entry = reader.poll();
            if (entry == null) {
                throw new JournalCorruptException(
                        "journal entry " + nextSequence + " of " + span.lastSequence() + " cannot be read");
            }
            nextSequence++;
            return entry;
        }
    }

    private void step(Reading from) {
        long last = Math.min(from.nextSequence + ENTRIES_A_STEP - 1, from.span.lastSequence());
        while (from.nextSequence <= last && from.attempt.isAlive()) {
            take(from.next(), from.attempt);
        }
        if (!from.attempt.isAlive()) {
            refuse();
        } else if (from.nextSequence > from.span.lastSequence()) {
            if (!from.attempt.finish(from.span)) {
                refuse();
            }
            giveUp();
        }
    }

    private void take(JournalEntry entry, KeyFileAttempt writing) {
        int record = entry.firstRecord();
        for (int i = 0; i < entry.recordCount(); i++) {
            long at = Position.pack(entry.sequence(), i);
            if (entry.recordType(record) == RecordLayout.TYPE_EVENT) {
                hash.hash(entry.bytes(), record);
                writing.key(hash.high(), hash.low(), hash.fingerprint(), at);
            } else {
                writing.other(entry.bytes(), record, at);
            }
            record = entry.nextRecord(record);
        }
    }

    private void refuse() {
        refused = true;
        refusedNanos = ticker.nanos();
        giveUp();
    }

    private void giveUp() {
        if (reading != null) {
            reading.attempt.close();
            reading.reader.close();
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
        giveUp();
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

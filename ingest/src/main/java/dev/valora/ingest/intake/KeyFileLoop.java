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
 * Writes the key file of each journal file that takes no more entries, reading the journal behind the writer. A step reads a
 * few entries, so that the server can stop at any time; a file that was not finished is written by the next start.
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

    private long writtenThrough;
    private boolean refused;
    private long refusedNanos;
    private @Nullable KeyFileAttempt attempt;
    private @Nullable JournalReader reader;
    private long nextSequence;

    /**
     * A loop for a journal whose sealed files, up to now, have been seen to.
     *
     * @param hash with the secret of the data directory, for this loop alone
     */
    public KeyFileLoop(Journal journal, KeyFiles files, EventHash hash, Ticker ticker) {
        this.journal = journal;
        this.files = files;
        this.hash = hash;
        this.ticker = ticker;
    }

    @Override
    public String roleName() {
        return "key-files";
    }

    /**
     * Reads some entries of a file for which there is no key file.
     *
     * @throws JournalCorruptException when an entry is not what was written
     */
    @Override
    public int doWork() {
        try {
            if (attempt == null && !begin()) {
                return 0;
            }
            step();
        } catch (EntriesGoneException removed) {
            close(); // the journal file needs none any more
        }
        return 1;
    }

    private boolean begin() {
        if (refused && ticker.nanos() - refusedNanos < PAUSE_NANOS) {
            return false;
        }
        refused = false;
        for (JournalSpan span : journal.sealedFiles()) {
            if (span.number() > writtenThrough) {
                if (!span.isEmpty() && !files.isThere(span)) {
                    begin(span);
                    return true;
                }
                writtenThrough = span.number();
            }
        }
        return false;
    }

    private void begin(JournalSpan span) {
        attempt = new KeyFileAttempt(files, span);
        reader = journal.reader(span.firstSequence());
        nextSequence = span.firstSequence();
    }

    private void step() {
        KeyFileAttempt writing = attempt;
        JournalReader reading = reader;
        if (writing == null || reading == null) {
            throw new IllegalStateException("no key file was begun");
        }
        long last = Math.min(nextSequence + ENTRIES_A_STEP - 1, writing.span().lastSequence());
        while (nextSequence <= last && writing.isAlive()) {
            JournalEntry entry = reading.poll();
            if (entry == null) {
                throw new JournalCorruptException("journal entry " + nextSequence + " of " + last + " cannot be read");
            }
            take(entry, writing);
            nextSequence++;
        }
        if (!writing.isAlive()) {
            refuse();
        } else if (nextSequence > writing.span().lastSequence()) {
            if (!writing.finish()) {
                refuse();
            }
            close();
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
        close();
    }

    @Override
    public void idle(long maxNanos) {
        LockSupport.parkNanos(this, maxNanos);
    }

    /** Leaves a file that is not finished to the next start. */
    @Override
    public void close() {
        if (attempt != null) {
            attempt.close();
            attempt = null;
        }
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}

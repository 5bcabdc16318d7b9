package dev.valora.ingest.intake;

import dev.valora.ingest.EntriesGoneException;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.keys.KeyFileAttempt;
import dev.valora.ingest.keys.KeyFiles;
import java.util.Optional;

/**
 * The making of a sealed journal file's key file by reading that. Where something is left of a key file that was not finished, only
 * those events are hashed whose keys are not in it; the journal file is read all the same. One thread.
 */
final class KeyFileReading implements AutoCloseable {

    private final JournalSpan span;
    private final EventHash hash;
    private final KeyFileAttempt attempt;
    private final JournalReader reader;

    /** Packed, of the last event whose key was left. */
    private final long through;

    private long nextSequence;
    private long events;

    /** Whether what was left was compared with the journal. */
    private boolean isCompared;

    /** Whether what was left is of this journal, as far as that is known. */
    private boolean isOfThisJournal = true;

    private KeyFileReading(Journal journal, EventHash hash, JournalSpan span, KeyFileAttempt attempt) {
        this.span = span;
        this.hash = hash;
        this.attempt = attempt;
        this.reader = journal.reader(span.firstSequence());
        this.nextSequence = span.firstSequence();
        this.through = attempt.throughPosition();
        this.isCompared = !attempt.isResumed();
    }

    /**
     * Begins with nothing.
     *
     * @param hash with the secret of the data directory
     * @throws EntriesGoneException when the journal file was removed
     */
    static KeyFileReading anew(Journal journal, KeyFiles files, EventHash hash, JournalSpan span) {
        return reading(journal, hash, span, new KeyFileAttempt(files, span.number()));
    }

    /** Begins with what is left of a file that was not finished; empty when nothing of it can be used. */
    static Optional<KeyFileReading> resume(Journal journal, KeyFiles files, EventHash hash, JournalSpan span) {
        return KeyFileAttempt.resume(files, span).map(attempt -> reading(journal, hash, span, attempt));
    }

    private static KeyFileReading reading(Journal journal, EventHash hash, JournalSpan span, KeyFileAttempt attempt) {
        try {
            return new KeyFileReading(journal, hash, span, attempt);
        } catch (RuntimeException removed) {
            attempt.close();
            throw removed;
        }
    }

    /** Whether every entry was read. */
    boolean isDone() {
        return nextSequence > span.lastSequence();
    }

    /** Whether it can still succeed: the disk takes what is written, and what was left is of this journal. */
    boolean isAlive() {
        return attempt.isAlive() && isOfThisJournal;
    }

    /** False when what was left turned out to be made of other events. */
    boolean isOfThisJournal() {
        return isOfThisJournal;
    }

    /** Events read so far. */
    long events() {
        return events;
    }

    /** The entry that is read next. */
    long nextSequence() {
        return nextSequence;
    }

    /**
     * Reads an entry.
     *
     * @throws JournalCorruptException when it is not what was written
     * @throws EntriesGoneException when the journal file was removed
     */
    void next() {
        JournalEntry entry = reader.poll();
        if (entry == null || entry.sequence() != nextSequence) {
            throw new JournalCorruptException(
                    "journal entry " + nextSequence + " of " + span.lastSequence() + " cannot be read");
        }
        int record = entry.firstRecord();
        for (int i = 0; i < entry.recordCount(); i++) {
            long at = Position.pack(entry.sequence(), i);
            if (entry.recordType(record) == RecordLayout.TYPE_EVENT) {
                event(entry.bytes(), record, at);
            } else {
                attempt.other(entry.bytes(), record, at);
            }
            record = entry.nextRecord(record);
        }
        nextSequence++;
    }

    private void event(byte[] bytes, int record, long at) {
        events++;
        if (at < through || !attempt.isAlive()) {
            return;
        }
        hash.hash(bytes, record);
        if (!isCompared) {
            isCompared = true;
            isOfThisJournal = at == through && attempt.isResumedFrom(events, hash);
        } else if (isOfThisJournal) {
            // Never behind keys of other events: the next one could not tell them apart any more.
            attempt.key(hash.high(), hash.low(), hash.fingerprint(), at);
        }
    }

    /** Makes the file whole and durable, once all was read; false when it could not be written or what was left was no use. */
    boolean finish() {
        return isCompared && isOfThisJournal && attempt.finish(span);
    }

    /** Leaves what is not finished to the next one who reads the journal file, if it is of use to anybody. */
    void leave() {
        if (isOfThisJournal) {
            attempt.leave();
        }
        close();
    }

    /** Gives up what is not finished. */
    @Override
    public void close() {
        attempt.close();
        reader.close();
    }
}

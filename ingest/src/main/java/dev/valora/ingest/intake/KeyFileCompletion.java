package dev.valora.ingest.intake;

import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.keys.KeyFile;
import dev.valora.ingest.keys.KeyFileAttempt;
import dev.valora.ingest.keys.KeyFiles;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes the key file that a kill left unfinished: its journal file is read all the same, but only those events are hashed whose
 * keys are not there yet, which is most of the time. One thread.
 */
final class KeyFileCompletion {

    private static final Logger LOG = LoggerFactory.getLogger(KeyFileCompletion.class);

    private final Journal journal;
    private final KeyFiles files;
    private final EventHash hash;

    private long events;
    private long nextProgress;
    private boolean isTheirs;

    /** @param hash with the secret of the data directory */
    KeyFileCompletion(Journal journal, KeyFiles files, EventHash hash) {
        this.journal = journal;
        this.files = files;
        this.hash = hash;
    }

    /**
     * The key file of a sealed journal file that had none; empty when there is nothing to go on with, or it is of another journal.
     *
     * @param progress told every so often
     * @throws JournalCorruptException when an entry is missing
     */
    Optional<KeyFile> complete(JournalSpan span, JournalReplay.Progress progress) {
        Optional<KeyFileAttempt> left = KeyFileAttempt.resume(files, span);
        if (left.isEmpty()) {
            return Optional.empty();
        }
        events = 0;
        nextProgress = JournalReplay.EVENTS_BETWEEN_PROGRESS;
        isTheirs = false;
        try (KeyFileAttempt attempt = left.get()) {
            read(span, attempt, progress);
            if (isTheirs && attempt.finish(span)) {
                return files.open(span);
            }
        }
        LOG.warn("What a kill left of the key file of journal file {} is not used.", span.number());
        return Optional.empty();
    }

    private void read(JournalSpan span, KeyFileAttempt attempt, JournalReplay.Progress progress) {
        try (JournalReader reader = journal.reader(span.firstSequence())) {
            for (long sequence = span.firstSequence(); sequence <= span.lastSequence(); sequence++) {
                JournalEntry entry = reader.poll();
                if (entry == null || entry.sequence() != sequence) {
                    throw new JournalCorruptException(
                            "journal entry " + sequence + " of " + span.lastSequence() + " cannot be read");
                }
                take(entry, attempt);
                if (events >= nextProgress) {
                    progress.onProgress(events, sequence, journal.forcedSequence());
                    nextProgress = events + JournalReplay.EVENTS_BETWEEN_PROGRESS;
                }
            }
        }
    }

    private void take(JournalEntry entry, KeyFileAttempt attempt) {
        byte[] bytes = entry.bytes();
        int record = entry.firstRecord();
        for (int i = 0; i < entry.recordCount(); i++) {
            long at = Position.pack(entry.sequence(), i);
            if (entry.recordType(record) != RecordLayout.TYPE_EVENT) {
                attempt.other(bytes, record, at);
            } else {
                events++;
                event(bytes, record, at, attempt);
            }
            record = entry.nextRecord(record);
        }
    }

    private void event(byte[] bytes, int record, long at, KeyFileAttempt attempt) {
        long through = attempt.throughPosition();
        if (at < through) {
            return;
        }
        hash.hash(bytes, record);
        if (at == through) {
            isTheirs = attempt.isResumedFrom(events, hash);
        } else {
            attempt.key(hash.high(), hash.low(), hash.fingerprint(), at);
        }
    }
}

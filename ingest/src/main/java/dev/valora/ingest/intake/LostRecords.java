package dev.valora.ingest.intake;

import dev.valora.ingest.EntriesGoneException;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.keys.KeyFileAttempt;

/** Consecutive records that the writer could not hand over to the making of a key file, read from the journal. One thread. */
final class LostRecords implements AutoCloseable {

    private final EventHash hash;
    private final JournalReader reader;
    private long nextPosition;

    /**
     * @param hash for this thread alone
     * @param firstPosition packed; on disk
     * @throws EntriesGoneException when it was removed
     */
    LostRecords(Journal journal, EventHash hash, long firstPosition) {
        this.hash = hash;
        this.reader = journal.reader(Position.unpack(firstPosition).sequence());
        this.nextPosition = firstPosition;
    }

    /**
     * Reads an entry, or as much of it as was lost.
     *
     * @param endPosition packed, of the first record that was not lost
     * @param into takes the records
     * @return packed: every record before was read
     * @throws JournalCorruptException when the entry is not what was written
     * @throws EntriesGoneException when it was removed
     */
    long next(long endPosition, KeyFileAttempt into) {
        long sequence = Position.unpack(nextPosition).sequence();
        JournalEntry entry = reader.poll();
        if (entry == null || entry.sequence() != sequence) {
            throw new JournalCorruptException("journal entry " + sequence + " cannot be read");
        }
        int record = entry.firstRecord();
        for (int i = 0; i < entry.recordCount(); i++) {
            long at = Position.pack(sequence, i);
            if (at >= nextPosition && at < endPosition) {
                read(entry, record, at, into);
            }
            record = entry.nextRecord(record);
        }
        nextPosition = Math.min(endPosition, Position.pack(sequence + 1, 0));
        return nextPosition;
    }

    private void read(JournalEntry entry, int record, long at, KeyFileAttempt into) {
        if (entry.recordType(record) == RecordLayout.TYPE_EVENT) {
            hash.hash(entry.bytes(), record);
            into.key(hash.high(), hash.low(), hash.fingerprint(), at);
        } else {
            into.other(entry.bytes(), record, at);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}

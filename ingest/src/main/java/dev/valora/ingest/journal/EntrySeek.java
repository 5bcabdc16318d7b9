package dev.valora.ingest.journal;

import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalEntry;

/**
 * Finds one entry without reading the file up to it. Chronicle's index is a hint: whatever it leads to must be the entry by
 * checksum and sequence, and otherwise the file is read from its beginning, which finds the entry or says what is damaged.
 */
final class EntrySeek {

    private EntrySeek() {}

    /** The entry, which some file holds. Any thread. */
    static JournalEntry read(ChronicleJournal journal, JournalOptions options, long sequence) {
        JournalFile file = journal.fileOf(sequence);
        try (FileTailer tailer = FileTailer.open(journal.directory(), journal.id(), file, options)) {
            if (tailer.seek(file.number(), sequence - file.firstSequence())) {
                int length = tailer.next(sequence);
                if (length != FileTailer.ABSENT && tailer.holds(sequence, length)) {
                    JournalEntry entry = new JournalEntry();
                    entry.wrap(tailer.bytes(), length);
                    return entry;
                }
            }
        }
        try (ChronicleReader reader = new ChronicleReader(journal, options, sequence)) {
            JournalEntry entry = reader.poll();
            if (entry == null) {
                throw new JournalCorruptException(
                        "The journal " + journal.directory() + " does not give entry " + sequence + ".");
            }
            return entry;
        }
    }
}

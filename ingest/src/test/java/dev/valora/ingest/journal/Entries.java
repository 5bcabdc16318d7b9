package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.RecordLayout;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Entries whose every byte follows from their sequence, so that a reader of the journal can tell what must stand there. */
final class Entries {

    static final long FIRST_MICROS = 1_790_000_000_000_000L;

    private static final int RECORDS_BYTES_MAX = 4_000;

    private Entries() {}

    /** One entry of 37 bytes to 4 KB with one record; lengths are odd as often as even. */
    static byte[] entry(long sequence) {
        return entry(sequence, 5 + new SplittableRandom(sequence).nextInt(RECORDS_BYTES_MAX - 5));
    }

    static byte[] entry(long sequence, int recordBytes) {
        byte[] bytes = new byte[RecordLayout.ENTRY_HEADER_BYTES + recordBytes];
        new SplittableRandom(~sequence).nextBytes(bytes);
        RecordLayout.putInt(bytes, RecordLayout.ENTRY_HEADER_BYTES, recordBytes);
        bytes[RecordLayout.ENTRY_HEADER_BYTES + RecordLayout.RECORD_TYPE] = RecordLayout.TYPE_EVENT;
        RecordLayout.sealEntry(bytes, bytes.length, sequence, acceptedMicros(sequence), 1);
        return bytes;
    }

    static long acceptedMicros(long sequence) {
        return FIRST_MICROS + sequence;
    }

    /** Commits the entries up to and including {@code last}. */
    static void commitUpTo(Journal journal, long last) {
        for (long sequence = journal.forcedSequence() + 1; sequence <= last; sequence++) {
            byte[] entry = entry(sequence);
            journal.commit(entry, entry.length);
        }
    }

    /** Reads everything on disk from {@code first} and checks every byte. */
    static void assertHolds(Journal journal, long first, long last) {
        assertEquals(last, journal.forcedSequence());
        try (JournalReader reader = journal.reader(first)) {
            for (long sequence = first; sequence <= last; sequence++) {
                JournalEntry entry = reader.poll();
                assertNotNull(entry, "entry " + sequence);
                assertIs(sequence, entry);
            }
            assertEquals(null, reader.poll());
        }
    }

    static void assertIs(long sequence, JournalEntry entry) {
        assertEquals(sequence, entry.sequence());
        assertEquals(acceptedMicros(sequence), entry.acceptedMicros());
        assertArrayEquals(entry(sequence), Arrays.copyOf(entry.bytes(), entry.length()));
    }
}

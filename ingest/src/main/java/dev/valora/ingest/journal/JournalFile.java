package dev.valora.ingest.journal;

import java.nio.file.Path;
import java.util.Locale;

/**
 * A journal file as the manifest lists it.
 *
 * @param number from 1, never used twice; also the cycle under which Chronicle knows the file
 * @param firstSequence of the first entry, whether or not it was ever written
 * @param lastSequence of the last good entry, {@code firstSequence - 1} when it holds none, {@link #OPEN} while it is written
 * @param endBytes offset behind the last good entry; 0 while it is written
 * @param lastAcceptedMicros accepted time of the last entry in or before this file; {@link Long#MIN_VALUE} when there is none;
 *     while it is written, that of the files before
 */
record JournalFile(long number, long firstSequence, long lastSequence, long endBytes, long lastAcceptedMicros) {

    /** The last sequence of a file that is being written. */
    static final long OPEN = Long.MAX_VALUE;

    static JournalFile open(long number, long firstSequence, long lastAcceptedMicros) {
        return new JournalFile(number, firstSequence, OPEN, 0, lastAcceptedMicros);
    }

    JournalFile sealed(long last, long end, long acceptedMicros) {
        return new JournalFile(number, firstSequence, last, end, acceptedMicros);
    }

    boolean isOpen() {
        return lastSequence == OPEN;
    }

    boolean contains(long sequence) {
        return firstSequence <= sequence && sequence <= lastSequence;
    }

    Path directoryIn(Path journal) {
        return journal.resolve(directoryName(number));
    }

    static String directoryName(long number) {
        return String.format(Locale.ROOT, "%010d", number);
    }
}

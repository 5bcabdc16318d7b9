package dev.valora.ingest.journal;

import dev.valora.ingest.Limits;
import dev.valora.ingest.Ticker;
import java.time.Duration;

/**
 * How a journal is kept. Sizes may change between two starts; each file is read with the sizes of the reader.
 *
 * @param fileBytes a file is left for a new one before it grows beyond this; a single entry may
 * @param blockBytes the unit in which files are mapped, at least {@link #BLOCK_BYTES_MIN}; an entry takes at most a quarter
 * @param readerPatienceNanos how long a reader looks for an entry that is known to be on disk before it calls it lost
 * @param ticker for that patience only
 */
public record JournalOptions(long fileBytes, int blockBytes, long readerPatienceNanos, Ticker ticker) {

    /** Chronicle's smallest block. */
    public static final int BLOCK_BYTES_MIN = 64 << 10;

    public JournalOptions {
        if (blockBytes < BLOCK_BYTES_MIN || fileBytes < blockBytes || readerPatienceNanos < 0) {
            throw new IllegalArgumentException("journal options out of range: fileBytes " + fileBytes + ", blockBytes "
                    + blockBytes + ", readerPatienceNanos " + readerPatienceNanos);
        }
    }

    /** The sizes of {@link Limits} and three seconds of patience. */
    public static JournalOptions standard(Ticker ticker) {
        return new JournalOptions(
                Limits.JOURNAL_FILE_BYTES,
                Limits.JOURNAL_BLOCK_BYTES,
                Duration.ofSeconds(3).toNanos(),
                ticker);
    }

    /** Bytes of the largest entry. */
    int entryBytesMax() {
        return Math.min(Limits.COMMIT_BYTES, blockBytes / 4);
    }
}

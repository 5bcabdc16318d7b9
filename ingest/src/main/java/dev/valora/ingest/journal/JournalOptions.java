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
 * @param disk what is left free
 * @param durability what a commit waits for
 */
public record JournalOptions(
        long fileBytes,
        int blockBytes,
        long readerPatienceNanos,
        Ticker ticker,
        DiskLimits disk,
        Durability durability) {

    /** What Chronicle may write beside an entry before the next one: two pages of its index and headers. */
    static final int FRAMING_BYTES = 80 << 10;

    /** What Chronicle writes into a new file, our header among it, and what it may write before the first entry. */
    static final long BEGINNING_BYTES = 2L * FRAMING_BYTES;

    /** Chronicle's smallest block. */
    public static final int BLOCK_BYTES_MIN = 64 << 10;

    public JournalOptions {
        if (blockBytes < BLOCK_BYTES_MIN || fileBytes < blockBytes || readerPatienceNanos < 0) {
            throw new IllegalArgumentException("journal options out of range: fileBytes " + fileBytes + ", blockBytes "
                    + blockBytes + ", readerPatienceNanos " + readerPatienceNanos);
        }
    }

    /** Forced, on a disk without limits. */
    public JournalOptions(long fileBytes, int blockBytes, long readerPatienceNanos, Ticker ticker) {
        this(fileBytes, blockBytes, readerPatienceNanos, ticker, DiskLimits.NONE, Durability.FSYNC);
    }

    /** The same on another disk, or more or less durable. */
    public JournalOptions with(DiskLimits newDisk, Durability newDurability) {
        return new JournalOptions(fileBytes, blockBytes, readerPatienceNanos, ticker, newDisk, newDurability);
    }

    /** The same with smaller or larger files. */
    public JournalOptions withFileBytes(long newFileBytes) {
        return new JournalOptions(newFileBytes, blockBytes, readerPatienceNanos, ticker, disk, durability);
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

    /** Bytes of a new file that are on the disk's account before it is used: its header and index, and the largest entry. */
    long firstBytes() {
        return BEGINNING_BYTES + entryBytesMax();
    }

    /** The unit in which zeros are written ahead: so much more a force may have to write, if it comes at the same time. */
    long stepBytes() {
        return Math.min(1 << 20, blockBytes / 4);
    }

    /** How far zeros go ahead of what is written. */
    long zerosBytes() {
        return 8 * stepBytes();
    }

    /** The unit in which room is set apart ahead, the larger the more was written: each time costs a force. */
    long roomBytes(long writtenBytes) {
        return Math.clamp(writtenBytes / 4, stepBytes(), 16 * stepBytes());
    }

    /** How far room is set apart ahead of what is written: the largest entry, and what is being set apart meanwhile. */
    long aheadBytes(long roomBytes) {
        return FRAMING_BYTES + entryBytesMax() + 2 * roomBytes;
    }

    /** The runway that waits for the next file. */
    long spareBytes() {
        return Math.max(firstBytes(), Math.min(fileBytes, aheadBytes(roomBytes(Long.MAX_VALUE))));
    }
}

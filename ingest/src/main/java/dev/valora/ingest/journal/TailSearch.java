package dev.valora.ingest.journal;

import dev.valora.ingest.RecordLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Looks for intact entries in the raw bytes of a file, past any framing. Each entry is forced before the next is written, so
 * an entry behind a bad one proves that the bad one was on disk and acknowledged: damage, not an unfinished write.
 */
final class TailSearch {

    /** Chronicle starts every document at a multiple of this. */
    private static final int STEP_BYTES = 4;

    private static final int ENTRY_BYTES_MIN = RecordLayout.ENTRY_HEADER_BYTES + STEP_BYTES;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final byte[] NOTHING = {};

    private final FileChannel channel;
    private final int entryBytesMax;
    private byte[] entry = NOTHING;

    private TailSearch(FileChannel channel, int entryBytesMax) {
        this.channel = channel;
        this.entryBytesMax = entryBytesMax;
    }

    /**
     * The sequence of the first intact entry in the file at or behind {@code fromBytes} whose sequence is at least
     * {@code minSequence}, and no higher than entries between there and it can have made it; 0 when there is none. What is
     * higher was written by a sender, into an event: the checksum has no key, so anybody can make something that looks intact.
     */
    static long find(Path data, long fromBytes, long minSequence, int entryBytesMax) throws IOException {
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ)) {
            long entries = Math.max(0, channel.size() - fromBytes) / ENTRY_BYTES_MIN;
            return new TailSearch(channel, entryBytesMax).find(fromBytes, minSequence, minSequence + entries);
        }
    }

    /** Whether the file holds an intact entry of any sequence. */
    static boolean hasEntry(Path data, int entryBytesMax) throws IOException {
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ)) {
            return new TailSearch(channel, entryBytesMax).find(0, 1, Long.MAX_VALUE) != 0;
        }
    }

    /** Whether something other than a free place or Chronicle's own index follows at {@code endBytes}. */
    static boolean hasUnfinished(Path data, long endBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ)) {
            ByteBuffer word = ByteBuffer.allocate(Integer.BYTES);
            if (channel.read(word, aligned(endBytes)) < Integer.BYTES) {
                return false;
            }
            int header = RecordLayout.getInt(word.array(), 0);
            boolean isFinishedMetadata = header >>> 30 == 1;
            return header != 0 && !isFinishedMetadata;
        }
    }

    private static long aligned(long offset) {
        return (offset + STEP_BYTES - 1) & -STEP_BYTES;
    }

    private long find(long fromBytes, long minSequence, long maxSequence) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES + RecordLayout.ENTRY_HEADER_BYTES];
        for (long at = aligned(fromBytes); at < channel.size(); at += CHUNK_BYTES) {
            int length = readUpTo(chunk, chunk.length, at);
            int starts = Math.min(CHUNK_BYTES, length - RecordLayout.ENTRY_HEADER_BYTES + 1);
            for (int i = 0; i < starts; i += STEP_BYTES) {
                long sequence = RecordLayout.getLong(chunk, i + RecordLayout.ENTRY_SEQUENCE);
                if (sequence >= minSequence
                        && sequence <= maxSequence
                        && looksLikeEntry(chunk, i)
                        && isEntry(at + i, entryLength(chunk, i))) {
                    return sequence;
                }
            }
        }
        return 0;
    }

    private boolean looksLikeEntry(byte[] chunk, int at) {
        return RecordLayout.getU8(chunk, at + RecordLayout.ENTRY_FORMAT) == RecordLayout.FORMAT
                && RecordLayout.getU16(chunk, at + RecordLayout.ENTRY_HEADER_LENGTH) == RecordLayout.ENTRY_HEADER_BYTES
                && entryLength(chunk, at) >= RecordLayout.ENTRY_HEADER_BYTES
                && entryLength(chunk, at) <= entryBytesMax;
    }

    private static long entryLength(byte[] chunk, int at) {
        return RecordLayout.ENTRY_HEADER_BYTES
                + (long) RecordLayout.getInt(chunk, at + RecordLayout.ENTRY_RECORDS_BYTES);
    }

    private boolean isEntry(long at, long length) throws IOException {
        if (entry.length < length) {
            entry = new byte[entryBytesMax];
        }
        return readUpTo(entry, (int) length, at) == length && RecordLayout.entryIsIntact(entry, (int) length);
    }

    private int readUpTo(byte[] target, int length, long at) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(target, 0, length);
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {
            // A read may stop early; the end of the file ends it.
        }
        return buffer.position();
    }
}

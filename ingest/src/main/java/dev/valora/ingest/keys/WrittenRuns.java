package dev.valora.ingest.keys;

import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.Position;
import dev.valora.ingest.admission.DedupIndex;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The full runs at the beginning of a key file that nobody finished: the keys of all events of the journal file up to the last of
 * them.
 *
 * @param runs from 1
 * @param keys in all of them
 * @param endBytes of the last run, in the file
 * @param last the key with the highest position
 */
record WrittenRuns(int runs, long keys, long endBytes, Key last) {

    /**
     * A key as a run holds it.
     *
     * @param high of the hash
     * @param low of the hash
     * @param position packed
     */
    record Key(long high, long low, long fingerprint, long position) {}

    /** Reads runs as long as they are whole and all of theirs is from the span; empty when the first is not. */
    static Optional<WrittenRuns> read(FileChannel channel, KeyFileHeader.Owner owner, JournalSpan span)
            throws IOException {
        byte[] begin = KeyFileHeader.unfinished(owner, span.number()).encode();
        WrittenRuns found = null;
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer buffer = arena.allocate(KeyRun.BYTES_MAX).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            byte[] header = new byte[begin.length];
            if (!isRead(channel, 0, buffer.limit(header.length)) || !Arrays.equals(begin, bytes(buffer, header))) {
                return Optional.empty();
            }
            WrittenRuns next = next(channel, buffer, null, span);
            while (next != null) {
                found = next;
                next = next(channel, buffer, found, span);
            }
        }
        return Optional.ofNullable(found);
    }

    private static byte[] bytes(ByteBuffer buffer, byte[] into) {
        buffer.get(0, into);
        return into;
    }

    private static @Nullable WrittenRuns next(
            FileChannel channel, ByteBuffer buffer, @Nullable WrittenRuns before, JournalSpan span) throws IOException {
        long at = before == null ? KeyFileHeader.BYTES : before.endBytes;
        long behind = before == null ? Position.pack(span.firstSequence(), 0) - 1 : before.last.position;
        if (!isRead(channel, at, buffer.clear()) || !isWhole(buffer)) {
            return null;
        }
        long lowest = Long.MAX_VALUE;
        int last = KeyRun.TABLE_BYTES;
        for (int key = last; key < KeyRun.BYTES_MAX; key += KeyRun.KEY_BYTES) {
            long position = buffer.getLong(key + KeyRun.POSITION);
            lowest = Math.min(lowest, position);
            last = position > buffer.getLong(last + KeyRun.POSITION) ? key : last;
        }
        Key highest = new Key(
                buffer.getLong(last),
                buffer.getLong(last + KeyRun.LOW),
                buffer.getLong(last + KeyRun.FINGERPRINT),
                buffer.getLong(last + KeyRun.POSITION));
        if (lowest <= behind || highest.position >= Position.pack(span.lastSequence() + 1, 0)) {
            return null;
        }
        return new WrittenRuns(
                before == null ? 1 : before.runs + 1,
                (before == null ? 0 : before.keys) + KeyRun.KEYS_MAX,
                at + KeyRun.BYTES_MAX,
                highest);
    }

    private static boolean isRead(FileChannel channel, long at, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether it is a full run, as it was written. */
    private static boolean isWhole(ByteBuffer run) {
        if (run.getInt(KeyRun.TABLE_CRC) != KeyRun.crc(run, 0, KeyRun.TABLE_CRC)) {
            return false;
        }
        int at = KeyRun.TABLE_BYTES;
        for (int partition = 0; partition < DedupIndex.PARTITIONS; partition++) {
            long wanted = (long) run.getInt(partition * Long.BYTES) * KeyRun.KEY_BYTES;
            if (wanted < 0 || wanted > KeyRun.BYTES_MAX - at) {
                return false;
            }
            int bytes = (int) wanted;
            if (run.getInt(partition * Long.BYTES + Integer.BYTES) != KeyRun.crc(run, at, bytes)) {
                return false;
            }
            at += bytes;
        }
        return at == KeyRun.BYTES_MAX;
    }
}

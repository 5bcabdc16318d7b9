package dev.valora.ingest.keys;

import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EventHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Compares key files with the journal files that they stand for: an event whose key is missing there could be accepted a second
 * time. A key file's checksums tell whether it is as it was written, this tells whether that was right. Keys are compared by their
 * number and by a sum that does not depend on their order: two sets that differ by accident agree once in 2^64. Writes nothing.
 * One thread.
 */
public final class KeyFileCheck {

    /** How a key file compares with its journal file. */
    public sealed interface Finding {}

    /** It holds the keys and other records of exactly the journal file's entries. */
    public record Same() implements Finding {}

    /** There is none, or none yet. */
    public record Missing() implements Finding {}

    /**
     * A start does not use it, but reads the journal file and makes it anew.
     *
     * @param why part of a sentence
     */
    public record Unusable(String why) implements Finding {}

    /**
     * A start would use it, and should not.
     *
     * @param keys in it
     * @param events in the journal file
     */
    public record Different(long keys, long events) implements Finding {}

    private final EventHash hash;
    private final Map<Long, Sum> sums = new HashMap<>();

    /** @param hash with the secret of the data directory; for this thread alone */
    public KeyFileCheck(EventHash hash) {
        this.hash = hash;
    }

    /** Takes an entry of a journal file; all of a file's are wanted, in their order. */
    public void entry(long file, JournalEntry entry) {
        Sum sum = sums.computeIfAbsent(file, first -> new Sum());
        int record = entry.firstRecord();
        for (int i = 0; i < entry.recordCount(); i++) {
            long at = Position.pack(entry.sequence(), i);
            if (entry.recordType(record) == RecordLayout.TYPE_EVENT) {
                hash.hash(entry.bytes(), record);
                sum.key(hash.high(), hash.low(), hash.fingerprint(), at);
            } else {
                sum.other(entry.bytes(), record, at);
            }
            record = entry.nextRecord(record);
        }
    }

    /** Compares a journal file whose entries were all taken with its key file. */
    public Finding compare(KeyFiles files, JournalSpan span) {
        Sum journal = sums.getOrDefault(span.number(), new Sum());
        try (KeyFile file = files.read(span)) {
            Sum keys = sum(file);
            boolean isSame = keys.keys == journal.keys
                    && keys.mixed == journal.mixed
                    && file.otherCrc() == (int) journal.others.getValue();
            return isSame ? new Same() : new Different(keys.keys, journal.keys);
        } catch (NoSuchFileException none) {
            return new Missing();
        } catch (IOException | DamagedKeyFileException | ArithmeticException unusable) {
            return new Unusable(String.valueOf(unusable.getMessage()));
        }
    }

    private static Sum sum(KeyFile file) throws IOException, DamagedKeyFileException {
        Sum sum = new Sum();
        ByteBuffer keys = ByteBuffer.allocate(0);
        for (int run = 0; run < file.runs(); run++) {
            int bytes = file.keys(run, 0, DedupIndex.PARTITIONS) * KeyRun.KEY_BYTES;
            if (keys.capacity() < bytes) {
                keys = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
            }
            file.readKeys(run, 0, DedupIndex.PARTITIONS, keys.clear());
            for (int at = 0; at < bytes; at += KeyRun.KEY_BYTES) {
                sum.key(
                        keys.getLong(at),
                        keys.getLong(at + KeyRun.LOW),
                        keys.getLong(at + KeyRun.FINGERPRINT),
                        keys.getLong(at + KeyRun.POSITION));
            }
        }
        return sum;
    }

    /** What a file's keys and other records come to. */
    private static final class Sum {

        /** Odd, and about half of its bits are ones. */
        private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

        /** Laid out as a key file lays out its other records, of which its header has the checksum. */
        private final CRC32C others = new CRC32C();

        private final byte[] position = new byte[Long.BYTES];
        private long keys;
        private long mixed;

        private void key(long high, long low, long fingerprint, long at) {
            keys++;
            mixed += mix(mix(mix(mix(high) + low) + fingerprint) + at);
        }

        private static long mix(long value) {
            long product = (value ^ (value >>> 32)) * MULTIPLIER;
            return product ^ (product >>> 29);
        }

        private void other(byte[] bytes, int offset, long at) {
            RecordLayout.putLong(position, 0, at);
            others.update(position);
            others.update(bytes, offset, RecordLayout.getInt(bytes, offset + RecordLayout.RECORD_LENGTH));
        }
    }
}

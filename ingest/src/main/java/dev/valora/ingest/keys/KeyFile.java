package dev.valora.ingest.keys;

import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.PlacedRecords;
import dev.valora.ingest.admission.DedupIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A key file whose header, tables and other records are intact; its keys are checked as they are read. One thread opens it,
 * several read keys.
 */
public final class KeyFile implements AutoCloseable {

    private final Path file;
    private final FileChannel channel;
    private final KeyFileHeader header;
    private final ByteBuffer[] tables;

    /** Of each run, where the keys of each partition begin, and after the last of them. */
    private final long[][] offsets;

    private final byte[] others;

    private KeyFile(Path file, FileChannel channel, KeyFileHeader.Owner owner, JournalSpan span)
            throws IOException, DamagedKeyFileException {
        this.file = file;
        this.channel = channel;
        long size = channel.size();
        this.header = KeyFileHeader.decode(read(0, KeyFileHeader.BYTES).array(), owner, span);
        if (header.runs() < 0 || header.runs() > size / KeyRun.TABLE_BYTES) {
            throw new DamagedKeyFileException("it is cut short");
        }
        this.tables = new ByteBuffer[header.runs()];
        this.offsets = new long[header.runs()][];
        long end = KeyFileHeader.BYTES;
        long keys = 0;
        for (int run = 0; run < tables.length; run++) {
            end = readTable(run, end);
            keys += keys(run, 0, DedupIndex.PARTITIONS);
        }
        if (keys != header.keys() || end + header.otherBytes() != size) {
            throw new DamagedKeyFileException("it is cut short");
        }
        this.others = read(end, header.otherBytes()).array();
        CRC32C crc = new CRC32C();
        crc.update(others);
        if ((int) crc.getValue() != header.otherCrc()) {
            throw new DamagedKeyFileException("its records are not intact");
        }
    }

    static KeyFile open(Path file, KeyFileHeader.Owner owner, JournalSpan span)
            throws IOException, DamagedKeyFileException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new KeyFile(file, channel, owner, span);
        } catch (IOException | DamagedKeyFileException | RuntimeException unusable) {
            channel.close();
            throw unusable;
        }
    }

    private long readTable(int run, long at) throws IOException, DamagedKeyFileException {
        ByteBuffer table = read(at, KeyRun.TABLE_BYTES);
        if (table.getInt(KeyRun.TABLE_CRC) != KeyRun.crc(table, 0, KeyRun.TABLE_CRC)) {
            throw new DamagedKeyFileException("the table at byte " + at + " is not intact");
        }
        long[] begin = new long[DedupIndex.PARTITIONS + 1];
        begin[0] = at + KeyRun.TABLE_BYTES;
        for (int partition = 0; partition < DedupIndex.PARTITIONS; partition++) {
            begin[partition + 1] = begin[partition] + (long) table.getInt(partition * Long.BYTES) * KeyRun.KEY_BYTES;
        }
        tables[run] = table;
        offsets[run] = begin;
        return begin[DedupIndex.PARTITIONS];
    }

    private ByteBuffer read(long at, int bytes) throws IOException, DamagedKeyFileException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        readFully(at, buffer);
        return buffer;
    }

    private void readFully(long at, ByteBuffer buffer) throws IOException, DamagedKeyFileException {
        long from = at - buffer.position();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new DamagedKeyFileException("it is cut short");
            }
        }
    }

    Path path() {
        return file;
    }

    /** The journal file that this one stands for. */
    public JournalSpan span() {
        return header.span();
    }

    /** Keys in the file. */
    public long keys() {
        return header.keys();
    }

    /** Hands over the records that are not events, in their order in the journal. */
    public void forEachOther(PlacedRecords.Visitor visitor) {
        PlacedRecords.forEach(others, visitor);
    }

    /** CRC-32C of the records that are not events, each behind its position. */
    int otherCrc() {
        return header.otherCrc();
    }

    int runs() {
        return offsets.length;
    }

    /** Keys of the partitions from {@code from} to below {@code to} in one run. */
    int keys(int run, int from, int to) {
        return (int) ((offsets[run][to] - offsets[run][from]) / KeyRun.KEY_BYTES);
    }

    /**
     * Appends the keys of consecutive partitions in one run to a buffer, after checking them.
     *
     * @throws DamagedKeyFileException when they are not as they were written; the buffer is then where it was
     */
    void readKeys(int run, int from, int to, ByteBuffer buffer) throws IOException, DamagedKeyFileException {
        int begin = buffer.position();
        int limit = buffer.limit();
        try {
            buffer.limit(begin + keys(run, from, to) * KeyRun.KEY_BYTES);
            readFully(offsets[run][from], buffer);
            for (int partition = from; partition < to; partition++) {
                int offset = begin + (int) (offsets[run][partition] - offsets[run][from]);
                int crc = KeyRun.crc(buffer, offset, keys(run, partition, partition + 1) * KeyRun.KEY_BYTES);
                if (crc != tables[run].getInt(partition * Long.BYTES + Integer.BYTES)) {
                    throw new DamagedKeyFileException(
                            "its keys at byte " + offsets[run][partition] + " are not intact");
                }
            }
        } catch (IOException | DamagedKeyFileException unusable) {
            buffer.position(begin);
            throw unusable;
        } finally {
            buffer.limit(limit);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

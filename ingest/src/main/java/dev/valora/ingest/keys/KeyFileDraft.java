package dev.valora.ingest.keys;

import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.PlacedRecords;
import dev.valora.ingest.disk.LinuxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/** A key file that is being written, under another name until it is whole. One thread. */
final class KeyFileDraft implements AutoCloseable {

    /** Of records that are not events; in memory until the file is whole, and again when a start reads it. */
    private static final int OTHERS_BYTES = 16 << 20;

    private final Path file;
    private final Path unfinished;
    private final KeyFileHeader.Owner owner;
    private final FileChannel channel;
    private final LinuxFile pages;
    private final KeyRun run = new KeyRun();
    private final PlacedRecords.Draft others = new PlacedRecords.Draft();
    private long keys;
    private int runs;
    private boolean finished;

    KeyFileDraft(Path file, KeyFileHeader.Owner owner) throws IOException {
        this.file = file;
        this.unfinished = file.resolveSibling(file.getFileName() + ".new");
        this.owner = owner;
        this.channel = FileChannel.open(
                unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        try {
            channel.position(KeyFileHeader.BYTES);
            pages = LinuxFile.open(unfinished);
        } catch (IOException | RuntimeException | Error failed) {
            channel.close();
            throw failed;
        }
    }

    /** An event's key, as the index knows it. */
    void key(long high, long low, long fingerprint, long packedPosition) throws IOException {
        if (run.isFull()) {
            writeRun();
        }
        run.add(high, low, fingerprint, packedPosition);
        keys++;
    }

    /**
     * A record that is not an event.
     *
     * @throws IOException when they are more than a start should keep in memory
     */
    void other(byte[] bytes, int offset, long packedPosition) throws IOException {
        if (others.size() > OTHERS_BYTES) {
            throw new IOException("voids and meters take more than " + (OTHERS_BYTES >> 20) + " MiB");
        }
        others.add(bytes, offset, packedPosition);
    }

    /** Makes the file whole and durable, and gives it its name; everything in it is from the journal file's span. */
    void finish(JournalSpan span) throws IOException {
        if (!run.isEmpty()) {
            writeRun();
        }
        byte[] records = others.toBytes();
        write(ByteBuffer.wrap(records));
        CRC32C crc = new CRC32C();
        crc.update(records);
        KeyFileHeader header = new KeyFileHeader(owner, span, keys, runs, records.length, (int) crc.getValue());
        channel.position(0);
        write(ByteBuffer.wrap(header.encode()));
        channel.force(true);
        pages.forget(0, channel.size());
        pages.close();
        channel.close();
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        finished = true;
    }

    private void writeRun() throws IOException {
        write(run.drain());
        runs++;
        // Nobody reads it before the next start, so the memory that keeps it is better used for the next run.
        pages.writeAndForget(0, channel.position());
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Gives up a file that is not finished; does nothing to one that is. */
    @Override
    public void close() throws IOException {
        if (!finished) {
            finished = true;
            pages.close();
            channel.close();
            Files.deleteIfExists(unfinished);
        }
    }
}

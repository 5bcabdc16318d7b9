package dev.valora.ingest.keys;

import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.PlacedRecords;
import dev.valora.ingest.disk.LinuxFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A key file that is being written, under another name until it is whole. One thread. */
final class KeyFileDraft implements Closeable {

    /** Of records that are not events; in memory until the file is whole, and again when a start reads it. */
    private static final int OTHERS_BYTES = 16 << 20;

    private static final int SLICES_A_RUN = 64;
    private static final int KEYS_A_SLICE = KeyRun.KEYS_MAX / SLICES_A_RUN;
    private static final int SLICE_BYTES = KeyRun.BYTES_MAX / SLICES_A_RUN + 1;

    private final Path file;
    private final Path unfinished;
    private final KeyFileHeader.Owner owner;
    private final FileChannel channel;
    private final LinuxFile pages;
    private final KeyRuns memory;
    private final KeyRun run;
    private final PlacedRecords.Draft others = new PlacedRecords.Draft();
    private long keys;
    private int runs;

    /** What is left of the run that is written while the next one fills: in slices, so that the journal's forces find room. */
    private ByteBuffer writing = ByteBuffer.allocate(0);

    private long writtenBytes = KeyFileHeader.BYTES;
    private boolean finished;
    private @Nullable WrittenRuns resumed;

    private KeyFileDraft(Path file, KeyFileHeader.Owner owner, KeyRuns memory, FileChannel channel) throws IOException {
        this.file = file;
        this.unfinished = unfinished(file);
        this.owner = owner;
        this.channel = channel;
        this.memory = memory;
        this.run = memory.take();
        this.pages = LinuxFile.open(unfinished);
    }

    /** Under what name a file is written. */
    static Path unfinished(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /** Begins the file of the journal file with this number. */
    static KeyFileDraft begin(Path file, KeyFileHeader.Owner owner, KeyRuns memory, long number) throws IOException {
        FileChannel channel = FileChannel.open(
                unfinished(file),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        KeyFileDraft draft = owned(channel, () -> new KeyFileDraft(file, owner, memory, channel));
        return owned(draft, () -> {
            draft.write(ByteBuffer.wrap(KeyFileHeader.unfinished(owner, number).encode()));
            return draft;
        });
    }

    /** Goes on with what a kill left of the file of a sealed journal file; empty when there is no whole run of it. */
    static Optional<KeyFileDraft> resume(Path file, KeyFileHeader.Owner owner, KeyRuns memory, JournalSpan span)
            throws IOException {
        if (!Files.exists(unfinished(file))) {
            return Optional.empty();
        }
        FileChannel channel = FileChannel.open(unfinished(file), StandardOpenOption.READ, StandardOpenOption.WRITE);
        Optional<WrittenRuns> found = owned(channel, () -> WrittenRuns.read(channel, owner, span));
        if (found.isEmpty()) {
            channel.close();
            return Optional.empty();
        }
        KeyFileDraft draft = owned(channel, () -> new KeyFileDraft(file, owner, memory, channel));
        return Optional.of(owned(draft, () -> draft.behind(found.get())));
    }

    /** Something that a disk may refuse. */
    @FunctionalInterface
    private interface Making<T> {
        T make() throws IOException;
    }

    /** What is made of something that is open, which is closed if it cannot be. */
    private static <T> T owned(Closeable open, Making<T> making) throws IOException {
        try {
            return making.make();
        } catch (IOException | RuntimeException | Error failed) {
            open.close();
            throw failed;
        }
    }

    private KeyFileDraft behind(WrittenRuns found) throws IOException {
        channel.truncate(found.endBytes());
        channel.position(found.endBytes());
        writtenBytes = found.endBytes();
        keys = found.keys();
        runs = found.runs();
        resumed = found;
        return this;
    }

    /** What it goes on behind; null for a file that was begun here. */
    @Nullable
    WrittenRuns resumed() {
        return resumed;
    }

    /** An event's key, as the index knows it. */
    void key(long high, long low, long fingerprint, long packedPosition) throws IOException {
        if (run.isFull()) {
            beginRun();
        }
        run.add(high, low, fingerprint, packedPosition);
        keys++;
        if (keys % KEYS_A_SLICE == 0) {
            writeSlice(SLICE_BYTES);
        }
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
            beginRun();
        }
        endRun();
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
        end();
    }

    /** Once: afterwards nothing more is written, and another file may have the memory. */
    private void end() {
        finished = true;
        writing = ByteBuffer.allocate(0);
        memory.giveBack(run);
    }

    private void beginRun() throws IOException {
        endRun();
        writing = run.drain();
        runs++;
        // A force of the journal waits for what was written elsewhere to blocks that were not set apart.
        pages.setApart(channel.position(), writing.limit());
    }

    private void endRun() throws IOException {
        writeSlice(writing.remaining());
    }

    private void writeSlice(int bytes) throws IOException {
        int length = Math.min(bytes, writing.remaining());
        if (length > 0) {
            long at = channel.position();
            write(writing.slice(writing.position(), length));
            writing.position(writing.position() + length);
            pages.beginWriting(at, length);
            // Nobody reads it before the next start, so the memory that keeps it is better used for what comes.
            if (at > writtenBytes) {
                pages.writeAndForget(writtenBytes, at - writtenBytes);
            }
            writtenBytes = at;
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Leaves the file as it is behind the last full run, for {@link #resume}. */
    void leave() throws IOException {
        if (!finished) {
            endRun();
            end();
            pages.close();
            channel.close();
        }
    }

    /** Gives up a file that is not finished; does nothing to one that is. */
    @Override
    public void close() throws IOException {
        if (!finished) {
            end();
            pages.close();
            channel.close();
            Files.deleteIfExists(unfinished);
        }
    }
}

package dev.valora.ingest.journal;

import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.disk.LinuxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.Closeable;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes one journal file from its creation to its seal. A file is never opened for writing a second time. The writer's
 * thread; it must not be interrupted, because an interrupt closes the channel that forces.
 */
final class FileAppender implements AutoCloseable {

    /**
     * From so many bytes on an entry is written through the channel, into the place that Chronicle keeps for it: each page that is
     * written through a mapping costs a fault, and another one after every force.
     */
    private static final int CHANNEL_BYTES = 16 << 10;

    /** Handed to the channel at once: it copies from the heap first, and so the copy stays in the processor's cache. */
    private static final int PIECE_BYTES = 128 << 10;

    /** The disk begins to write so much of an entry while the rest is still copied, or made. */
    private static final int BEGUN_BYTES = 512 << 10;

    /** Chronicle's frame before a document, which begins at a multiple of its length. */
    private static final int FRAME_BYTES = 4;

    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final FileChannel data;
    private final LinuxFile pages;
    private long endBytes;

    /** Of the entry to come, from its header on, so much stands where it will begin if Chronicle puts nothing before it. */
    private int shownBytes;

    private FileAppender(
            SingleChronicleQueue queue, ExcerptAppender appender, FileChannel data, LinuxFile pages, long endBytes) {
        this.queue = queue;
        this.appender = appender;
        this.data = data;
        this.pages = pages;
        this.endBytes = endBytes;
    }

    /**
     * Makes a file with its header and returns when the file and its name are on disk.
     *
     * @param runways lays down the data file before Chronicle maps it
     */
    static FileAppender create(Path journal, UUID id, JournalFile file, RunwayKeeper runways, int blockBytes)
            throws IOException {
        Path directory = file.directoryIn(journal);
        Files.createDirectory(directory);
        Path path = ChronicleFile.data(directory, file.number());
        runways.begin(ChronicleFile.prepared(path));
        SingleChronicleQueue queue = ChronicleFile.openForWriting(directory, file.number(), blockBytes);
        FileChannel data = null;
        try {
            ExcerptAppender appender = appender(queue);
            long endBytes = append(appender, FileHeader.encode(id, file), FileHeader.BYTES);
            requireTaken(ChronicleFile.prepared(path));
            data = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            data.force(true);
            DurableFiles.forceFile(ChronicleFile.metadata(directory));
            DurableFiles.forceDirectory(directory);
            DurableFiles.forceDirectory(journal);
            return new FileAppender(queue, appender, data, LinuxFile.open(path), endBytes);
        } catch (Throwable t) {
            release(data, queue);
            throw t;
        }
    }

    private static void requireTaken(Path prepared) {
        if (Files.exists(prepared)) {
            throw new IllegalStateException("Chronicle did not take the prepared file " + prepared);
        }
    }

    /** Without an export that Chronicle needs it opens every queue for reading only, and says so here for the first time. */
    private static ExcerptAppender appender(SingleChronicleQueue queue) {
        try {
            ExcerptAppender appender = queue.createAppender();
            // Opened by the thread that starts the server, used by the writer's, closed by the one that stops it.
            appender.singleThreadedCheckDisabled(true);
            return appender;
        } catch (IllegalStateException readOnly) {
            throw new IllegalStateException(
                    "The journal cannot be written: this JVM was started without"
                            + " --add-exports=java.base/sun.nio.ch=ALL-UNNAMED, which config/bin/valora sets.",
                    readOnly);
        }
    }

    /** Writes one document; it is not on disk before {@link #force}. */
    void append(byte[] bytes, int length) throws IOException {
        endBytes = length < CHANNEL_BYTES ? append(appender, bytes, length) : appendThroughChannel(bytes, length);
    }

    private static long append(ExcerptAppender appender, byte[] bytes, int length) {
        DocumentContext document = appender.writingDocument();
        try {
            Bytes<?> target = Objects.requireNonNull(document.wire()).bytes();
            target.write(bytes, 0, length);
            return target.writePosition();
        } catch (Throwable t) {
            document.rollbackOnClose();
            throw t;
        } finally {
            document.close();
        }
    }

    private long appendThroughChannel(byte[] bytes, int length) throws IOException {
        DocumentContext document = appender.writingDocument();
        try {
            Bytes<?> target = Objects.requireNonNull(document.wire()).bytes();
            // Positions of a queue's bytes are offsets in its file.
            long offset = target.writePosition();
            if (shownBytes > 0 && offset == nextOffset()) {
                write(offset, bytes, 0, RecordLayout.ENTRY_HEADER_BYTES);
                write(offset, bytes, shownBytes, length);
            } else {
                write(offset, bytes, 0, length);
            }
            target.writeSkip(length);
            return target.writePosition();
        } catch (Throwable t) {
            document.rollbackOnClose();
            throw t;
        } finally {
            shownBytes = 0;
            document.close();
        }
    }

    /** Where an entry begins if it comes next. */
    private long nextOffset() {
        return (endBytes + FRAME_BYTES - 1) / FRAME_BYTES * FRAME_BYTES + FRAME_BYTES;
    }

    /** Whether enough is new for {@link #show}. */
    boolean isWorthShowing(int length) {
        return length - shownBytes >= BEGUN_BYTES;
    }

    /**
     * Writes what is new of an entry that will be appended next, and has the disk begin. Shows nothing if something stands where
     * that entry should begin: Chronicle may put a page of its index behind a document, and the entry then comes behind it.
     */
    void show(byte[] bytes, int length) throws IOException {
        if (shownBytes == 0 && !isFree(nextOffset() - FRAME_BYTES)) {
            return;
        }
        write(nextOffset(), bytes, Math.max(shownBytes, RecordLayout.ENTRY_HEADER_BYTES), length);
        shownBytes = length;
    }

    /** Whether the word where the next document would have its length is still zero. */
    private boolean isFree(long offset) throws IOException {
        ByteBuffer word = ByteBuffer.allocate(FRAME_BYTES);
        return data.read(word, offset) == FRAME_BYTES && word.getInt(0) == 0;
    }

    private void write(long offset, byte[] bytes, int from, int to) throws IOException {
        int begun = from;
        int at = from;
        while (at < to) {
            at += data.write(ByteBuffer.wrap(bytes, at, Math.min(PIECE_BYTES, to - at)), offset + at);
            if (at - begun >= BEGUN_BYTES) {
                pages.beginWriting(offset + begun, at - begun);
                begun = at;
            }
        }
    }

    /** Returns when everything appended is on disk. */
    void force() throws IOException {
        data.force(false);
    }

    /** Offset behind the last document. */
    long endBytes() {
        return endBytes;
    }

    @Override
    public void close() throws IOException {
        try (pages) {
            release(data, queue);
        }
    }

    private static void release(@Nullable FileChannel data, SingleChronicleQueue queue) throws IOException {
        Closeable.closeQuietly(queue);
        if (data != null) {
            data.close();
        }
    }
}

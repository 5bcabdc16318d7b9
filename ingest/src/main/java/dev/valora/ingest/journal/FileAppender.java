package dev.valora.ingest.journal;

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

    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final FileChannel data;
    private long endBytes;

    private FileAppender(SingleChronicleQueue queue, ExcerptAppender appender, FileChannel data, long endBytes) {
        this.queue = queue;
        this.appender = appender;
        this.data = data;
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
            long endBytes = write(appender, null, FileHeader.encode(id, file), FileHeader.BYTES);
            requireTaken(ChronicleFile.prepared(path));
            data = FileChannel.open(path, StandardOpenOption.WRITE);
            data.force(true);
            DurableFiles.forceFile(ChronicleFile.metadata(directory));
            DurableFiles.forceDirectory(directory);
            DurableFiles.forceDirectory(journal);
            return new FileAppender(queue, appender, data, endBytes);
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
        endBytes = write(appender, data, bytes, length);
    }

    private static long write(ExcerptAppender appender, @Nullable FileChannel data, byte[] bytes, int length)
            throws IOException {
        DocumentContext document = appender.writingDocument();
        try {
            Bytes<?> target = Objects.requireNonNull(document.wire()).bytes();
            if (data == null || length < CHANNEL_BYTES) {
                target.write(bytes, 0, length);
            } else {
                // Positions of a queue's bytes are offsets in its file.
                write(data, target.writePosition(), bytes, length);
                target.writeSkip(length);
            }
            return target.writePosition();
        } catch (Throwable t) {
            document.rollbackOnClose();
            throw t;
        } finally {
            document.close();
        }
    }

    private static void write(FileChannel data, long offset, byte[] bytes, int length) throws IOException {
        for (int from = 0; from < length; from += PIECE_BYTES) {
            ByteBuffer piece = ByteBuffer.wrap(bytes, from, Math.min(PIECE_BYTES, length - from));
            while (piece.hasRemaining()) {
                data.write(piece, offset + piece.position());
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
        release(data, queue);
    }

    private static void release(@Nullable FileChannel data, SingleChronicleQueue queue) throws IOException {
        Closeable.closeQuietly(queue);
        if (data != null) {
            data.close();
        }
    }
}

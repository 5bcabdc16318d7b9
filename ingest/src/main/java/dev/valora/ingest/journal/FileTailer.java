package dev.valora.ingest.journal;

import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.RecordLayout;
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
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents of one journal file from its beginning. Chronicle's framing is not trusted: whatever it hands over is
 * copied out, and the caller checks checksum and sequence. Whatever it throws, checked exceptions that it does not declare among
 * them, is corruption. One thread.
 */
final class FileTailer implements AutoCloseable {

    /** There is no further document, or what stands there is not finished. */
    static final int ABSENT = -1;

    private static final int FIRST_BUFFER_BYTES = 64 << 10;

    private final Path data;
    private final int entryBytesMax;
    private final SingleChronicleQueue queue;
    private final ExcerptTailer tailer;
    private byte[] bytes = new byte[FIRST_BUFFER_BYTES];
    private long endBytes;

    private FileTailer(Path data, int entryBytesMax, SingleChronicleQueue queue) {
        this.data = data;
        this.entryBytesMax = entryBytesMax;
        this.queue = queue;
        this.tailer = queue.createTailer();
        // Opened by the thread that starts the server or by the reader's own.
        tailer.singleThreadedCheckDisabled(true);
    }

    /**
     * Opens a file and reads its header.
     *
     * @throws JournalCorruptException when it is missing, cut short, or not the file that is meant
     */
    static FileTailer open(Path journal, UUID id, JournalFile file, JournalOptions options) {
        Path directory = file.directoryIn(journal);
        Path data = ChronicleFile.data(directory, file.number());
        requireReadable(data, file);
        SingleChronicleQueue queue = null;
        FileTailer tailer = null;
        try {
            queue = ChronicleFile.openForReading(directory, file.number(), options.blockBytes());
            tailer = new FileTailer(data, options.entryBytesMax(), queue);
        } catch (Exception | InternalError | AssertionError e) {
            Closeable.closeQuietly(queue);
            throw corrupt(data, file.firstSequence(), "it cannot be opened", e);
        }
        try {
            if (!FileHeader.matches(tailer.bytes(), tailer.next(file.firstSequence()), id, file)) {
                throw corrupt(data, file.firstSequence(), "its first document is not the header of this file", null);
            }
            return tailer;
        } catch (JournalCorruptException e) {
            tailer.close();
            throw e;
        }
    }

    /** Chronicle waits long for the header of a file that has none, so such a file must not reach it. */
    private static void requireReadable(Path data, JournalFile file) {
        try {
            if (!Files.isRegularFile(data)) {
                throw corrupt(data, file.firstSequence(), "it is missing", null);
            }
            if (Files.size(data) < file.endBytes() || !beginsWithHeader(data)) {
                throw corrupt(data, file.firstSequence(), "it is cut short", null);
            }
        } catch (IOException e) {
            throw corrupt(data, file.firstSequence(), "it cannot be read", e);
        }
    }

    private static boolean beginsWithHeader(Path data) throws IOException {
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(Integer.BYTES);
            return channel.read(header, 0) == Integer.BYTES && RecordLayout.getInt(header.array(), 0) != 0;
        }
    }

    /**
     * Copies the next document to {@link #bytes} and returns its length in bytes, or {@link #ABSENT}.
     *
     * @param expected the sequence that should come next, for the message only
     * @throws JournalCorruptException when there is something that cannot be an entry
     */
    int next(long expected) {
        try (DocumentContext document = tailer.readingDocument()) {
            if (!document.isPresent()) {
                return ABSENT;
            }
            Bytes<?> source = Objects.requireNonNull(document.wire()).bytes();
            long length = source.readRemaining();
            if (length > entryBytesMax) {
                throw corrupt(data, expected, "a document of " + length + " bytes is longer than any entry", null);
            }
            if (length > bytes.length) {
                bytes = new byte[Math.min(entryBytesMax, Math.max((int) length, 2 * bytes.length))];
            }
            long end = source.readLimit();
            source.read(bytes, 0, (int) length);
            endBytes = end;
            return (int) length;
        } catch (JournalCorruptException e) {
            throw e;
        } catch (Exception | InternalError | AssertionError e) {
            throw corrupt(data, expected, "it cannot be read on", e);
        }
    }

    /**
     * Jumps to an entry by Chronicle's own index; false when that leads nowhere. What comes next must be checked by the caller.
     *
     * @param file number of this file
     * @param entry of the file, from 0
     */
    boolean seek(long file, long entry) {
        try {
            return tailer.moveToIndex(ChronicleFile.index(file, entry + 1));
        } catch (Exception | InternalError | AssertionError unusable) {
            return false;
        }
    }

    /** Whether {@link #bytes} hold the intact entry {@code sequence}. */
    boolean holds(long sequence, int length) {
        return RecordLayout.entryIsIntact(bytes, length)
                && RecordLayout.getLong(bytes, RecordLayout.ENTRY_SEQUENCE) == sequence;
    }

    /** The last document, from offset 0. Another array after a longer document. */
    byte[] bytes() {
        return bytes;
    }

    /** Offset behind the last document. */
    long endBytes() {
        return endBytes;
    }

    Path data() {
        return data;
    }

    @Override
    public void close() {
        Closeable.closeQuietly(tailer, queue);
    }

    /** The one place that words a corruption. */
    static JournalCorruptException corrupt(Path data, long sequence, String what, @Nullable Throwable cause) {
        String message = "The journal file " + data + " is damaged where entry " + sequence + " must be: " + what
                + ". Put the file back from a copy; nothing was repaired.";
        return cause == null ? new JournalCorruptException(message) : new JournalCorruptException(message, cause);
    }
}

package dev.valora.ingest.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second server out of a data directory: Chronicle lets two processes append to one queue without an error. The lock
 * is the operating system's, so it ends with the process however that dies; the file's text only tells who holds it.
 *
 * <p>Taken before anything else in the directory is touched, and released last. Any thread.
 */
public final class DataDirectoryLock implements AutoCloseable {

    /** The name of the lock file in the data directory. */
    public static final String FILE_NAME = "valora.lock";

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Pattern HOLDER = Pattern.compile("pid=(\\d+)");
    private static final int TEXT_BYTES_MAX = 256;

    /**
     * Directories held by this process. The system's lock is the process's, and closing any other channel on the lock file
     * would give it up, so a second try from within must not even open the file.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DataDirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Creates the directory where it is missing and locks it.
     *
     * @throws DataDirectoryException when another process holds it, or it cannot be written
     */
    public static DataDirectoryLock acquire(Path dataDirectory) {
        Path directory;
        try {
            directory = Files.createDirectories(dataDirectory).toRealPath();
        } catch (IOException e) {
            throw unusable(dataDirectory, e);
        }
        if (!HELD_HERE.add(directory)) {
            throw inUse(directory, String.valueOf(ProcessHandle.current().pid()));
        }
        try {
            return new DataDirectoryLock(directory, lock(directory));
        } catch (IOException e) {
            HELD_HERE.remove(directory);
            throw unusable(directory, e);
        } catch (RuntimeException e) {
            HELD_HERE.remove(directory);
            throw e;
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(FILE_NAME),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                Matcher holder = HOLDER.matcher(read(channel));
                throw inUse(directory, holder.find() ? holder.group(1) : "unknown");
            }
            write(channel, "pid=" + ProcessHandle.current().pid() + "\nboot_id=" + bootId() + "\n");
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldUnderAnotherName) {
            return null;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(TEXT_BYTES_MAX);
        channel.read(text, 0);
        return UTF_8.decode(text.flip()).toString();
    }

    private static void write(FileChannel channel, String text) throws IOException {
        channel.truncate(0);
        ByteBuffer bytes = UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(true);
    }

    /** Tells a process death from a power cut: it changes with every boot. */
    private static String bootId() throws IOException {
        return Files.isReadable(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "unknown";
    }

    private static DataDirectoryException inUse(Path directory, String pid) {
        return new DataDirectoryException(
                "The data directory " + directory + " is in use by process " + pid + "; only one server may use it.",
                null);
    }

    private static DataDirectoryException unusable(Path directory, IOException e) {
        return new DataDirectoryException("The data directory " + directory + " cannot be written (" + e + ").", e);
    }

    /** Gives the directory free. The file stays: removing it would let two processes lock two files of one name. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unusable(directory, e);
        } finally {
            HELD_HERE.remove(directory);
        }
    }
}

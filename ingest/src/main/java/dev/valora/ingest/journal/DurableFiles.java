package dev.valora.ingest.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The few ways in which files and names reach the disk. When a method has returned, its effect survives a power cut. */
final class DurableFiles {

    private DurableFiles() {}

    /** Forces the content and the length of a file. */
    static void forceFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Forces the names in a directory. */
    static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Puts {@code bytes} in the place of a file: a reader finds the old content or the new one, never a mixture. */
    static void replace(Path file, byte[] bytes) throws IOException {
        stage(file, bytes);
        install(file);
    }

    /** The first half of {@link #replace}: the file itself is untouched. */
    static void stage(Path file, byte[] bytes) throws IOException {
        Path fresh = fresh(file);
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /** The second half of {@link #replace}: when it fails, the disk may have either content. */
    static void install(Path file) throws IOException {
        Files.move(fresh(file), file, StandardCopyOption.ATOMIC_MOVE);
        forceDirectory(parent(file));
    }

    private static Path fresh(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /** Creates a directory with those above it that are missing. */
    static void createDirectory(Path directory) throws IOException {
        Path above = parent(directory);
        if (Files.isDirectory(directory)) {
            return;
        }
        createDirectory(above);
        Files.createDirectory(directory);
        forceDirectory(above);
    }

    static Path parent(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("the root directory is no place for a journal");
        }
        return parent;
    }
}

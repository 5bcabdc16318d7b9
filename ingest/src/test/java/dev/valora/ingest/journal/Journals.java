package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.valora.ingest.GoldenEntry;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Small journals, and what may happen to their files. */
final class Journals {

    /** Files of about fifty entries. */
    static final JournalOptions SMALL = new JournalOptions(
            256 << 10, JournalOptions.BLOCK_BYTES_MIN, Duration.ofSeconds(3).toNanos(), System::nanoTime);

    /** A reader that looks once more and gives up, so that a test of damage does not wait. */
    static final JournalOptions IMPATIENT =
            new JournalOptions(256 << 10, JournalOptions.BLOCK_BYTES_MIN, 0, System::nanoTime);

    private Journals() {}

    /** A copy of the files as they are: what another process would find if this one died now. */
    static Path imageOf(Path journal, Path image) {
        try (Stream<Path> paths = Files.walk(journal)) {
            for (Path path : paths.toList()) {
                Files.copy(path, image.resolve(journal.relativize(path).toString()));
            }
            return image;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The data files of a journal, oldest first. */
    static List<Path> dataFiles(Path journal) throws IOException {
        try (Stream<Path> paths = Files.walk(journal)) {
            return paths.filter(path -> path.toString().endsWith(".cq4"))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    /** Where the bytes of an entry begin in a data file. */
    static int offsetOf(byte[] file, long sequence) {
        byte[] entry = Entries.entry(sequence);
        for (int at = 0; at <= file.length - entry.length; at += 4) {
            if (Arrays.equals(file, at, at + entry.length, entry, 0, entry.length)) {
                return at;
            }
        }
        return -1;
    }

    static void change(Path file, UnaryOperator<byte[]> change) throws IOException {
        Files.write(file, change.apply(Files.readAllBytes(file)));
    }

    /** Writes one byte into a file that may be mapped by somebody. */
    static void poke(Path file, long offset, int value) throws IOException {
        try (var channel = java.nio.channels.FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.wrap(new byte[] {(byte) value}), offset);
        }
    }

    static byte[] flipped(byte[] bytes, int offset, int bit) {
        bytes[offset] ^= (byte) (1 << bit);
        return bytes;
    }

    /** What is kept among the resources of the tests. */
    static InputStream resource(String name) {
        return Objects.requireNonNull(Journals.class.getResourceAsStream(name), name);
    }

    /** Lays the files of a journal that is kept as a zip file into a directory. */
    static void unpack(String resource, Path directory) throws IOException {
        try (InputStream in = resource(resource);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = directory.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(zip, target);
                }
            }
        }
    }

    /** Reads all of a journal that is kept, which holds the golden entry from one sequence to another. */
    static void assertGolden(ChronicleJournal journal, long first, long last) {
        assertEquals(last, journal.forcedSequence());
        try (JournalReader reader = journal.reader(first)) {
            for (long sequence = first; sequence <= last; sequence++) {
                JournalEntry entry = Objects.requireNonNull(reader.poll());
                assertArrayEquals(
                        GoldenEntry.entry(sequence, GoldenEntry.ACCEPTED_MICROS + sequence),
                        Arrays.copyOf(entry.bytes(), entry.length()));
            }
            assertNull(reader.poll());
        }
    }
}

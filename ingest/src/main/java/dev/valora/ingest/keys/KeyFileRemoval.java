package dev.valora.ingest.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Removes key files of journal files that are gone. They are of no use and do no harm, so when it happens does not matter. Any
 * thread.
 */
public final class KeyFileRemoval {

    private static final Pattern NAME = Pattern.compile("(\\d{10})\\.keys(\\.new)?");

    private final Path directory;

    /** @param directory of key files, which need not be there */
    public KeyFileRemoval(Path directory) {
        this.directory = directory;
    }

    /**
     * Removes the key files of journal files with lower numbers.
     *
     * @return how many there were
     * @throws UncheckedIOException when one cannot be removed; it may be tried again
     */
    public int before(long firstFile) {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        int removed = 0;
        try {
            for (Path file : files()) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches() && Long.parseLong(name.group(1)) < firstFile && Files.deleteIfExists(file)) {
                    removed++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("A key file of a removed journal file could not be deleted: " + e, e);
        }
        return removed;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}

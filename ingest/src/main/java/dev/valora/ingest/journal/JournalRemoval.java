package dev.valora.ingest.journal;

import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.JournalBeginning;
import dev.valora.ingest.JournalSpan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Removes the oldest files of an open journal. The manifest is what decides: a file that it no longer begins with is left to
 * be deleted, by this or by the next start. Files are unlinked and never cut, so whoever has one open reads it to its end.
 */
public final class JournalRemoval implements JournalBeginning {

    /** More than there are threads that could open one file for reading at one time. */
    private static final int TRIES = 1_000;

    private final ChronicleJournal journal;

    public JournalRemoval(ChronicleJournal journal) {
        this.journal = journal;
    }

    @Override
    public List<SealedFile> sealedFiles() {
        return journal.manifest().files().stream()
                .filter(file -> !file.isOpen())
                .map(file -> new SealedFile(
                        new JournalSpan(file.number(), file.firstSequence(), file.lastSequence()),
                        file.lastAcceptedMicros(),
                        file.endBytes()))
                .toList();
    }

    @Override
    public long firstFile() {
        return journal.manifest().files().getFirst().number();
    }

    @Override
    public void carry(CarriedRecords records, long firstSequence) {
        CarriedFile file = new CarriedFile(journal.id(), firstSequence, records);
        try {
            DurableFiles.replace(journal.directory().resolve(CarriedFile.NAME), file.encode());
        } catch (IOException e) {
            throw new UncheckedIOException("What outlives journal files could not be written: " + e, e);
        }
    }

    @Override
    public void removeThrough(long file) {
        try {
            journal.dropThrough(file);
        } catch (IOException e) {
            throw new UncheckedIOException("The journal's manifest could not be written: " + e, e);
        }
    }

    @Override
    public OptionalLong deleteOne() {
        long first = firstFile();
        try {
            for (Path directory : JournalStart.fileDirectories(journal.directory())) {
                long number = JournalStart.number(directory);
                if (number < first) {
                    delete(directory);
                    return OptionalLong.of(number);
                }
            }
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("A journal file that was removed could not be deleted: " + e, e);
        }
    }

    /**
     * Deletes a file's directory with all that is in it. Chronicle may still make its settings anew there, and the directory with
     * them, for a reader that had looked at the manifest before the file was let go; so what is found again is deleted again. Such
     * a reader finds no entries and looks at the manifest once more. What it leaves when it comes last of all, an empty directory,
     * goes with the next file or the next start.
     */
    static void delete(Path directory) throws IOException {
        for (int tries = 1; !isDeleted(directory); tries++) {
            if (tries == TRIES) {
                throw new DirectoryNotEmptyException(directory.toString());
            }
        }
    }

    private static boolean isDeleted(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> paths = Files.list(directory)) {
            files = paths.sorted().toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        try {
            Files.delete(directory);
            return true;
        } catch (DirectoryNotEmptyException again) {
            return false;
        }
    }
}

package dev.valora.ingest.journal;

import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.RecordLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, before anything is written, what of a journal is good: the manifest, the presence and length of every file, and
 * after an unclean stop every entry of the newest. Leaves a journal in which every file is sealed. Runs once, on the thread
 * that opens the journal.
 */
final class JournalStart {

    static final String MANIFEST = "manifest";
    static final String SET_ASIDE = "set-aside";

    private static final Logger LOG = LoggerFactory.getLogger(JournalStart.class);
    private static final Pattern FILE_DIRECTORY = Pattern.compile("\\d{10}");

    private final Path journal;
    private final JournalOptions options;

    private JournalStart(Path journal, JournalOptions options) {
        this.journal = journal;
        this.options = options;
    }

    /**
     * The journal's manifest with its last file sealed; a new one without files where there is no journal yet. What this
     * finds is not written: it comes out the same until the caller has written the manifest.
     *
     * @throws JournalCorruptException when something is not as it was written
     */
    static Manifest recover(Path journal, JournalOptions options) throws IOException {
        DurableFiles.createDirectory(journal);
        return new JournalStart(journal, options).recover();
    }

    private Manifest recover() throws IOException {
        Manifest manifest = readManifest();
        List<Path> unfinished = unfinished(manifest);
        for (JournalFile file : manifest.files()) {
            requirePresent(file);
        }
        reportBeginning(manifest);
        Manifest recovered = manifest;
        if (manifest.files().isEmpty() || !manifest.files().getLast().isOpen()) {
            LOG.info("The journal {} {}.", journal, manifest.cleanStop() ? "was stopped cleanly" : "is new");
        } else {
            recovered = manifest.found(seal(manifest, manifest.files().getLast()));
        }
        // Whatever may refuse the start has been asked; only now is anything moved or deleted.
        for (Path directory : unfinished) {
            LOG.warn(
                    "The journal file {} was never finished and holds no entry; it is set aside as {}.",
                    directory,
                    setAside(directory));
        }
        finishRemoval(manifest);
        return recovered;
    }

    private void reportBeginning(Manifest manifest) throws IOException {
        if (manifest.removedThroughMicros() != Manifest.NOTHING_REMOVED) {
            LOG.info(
                    "The journal {} begins at entry {}; {} records were carried over from before.",
                    journal,
                    manifest.firstSequence(),
                    CarriedFile.read(journal, manifest).count());
        }
    }

    private Manifest readManifest() throws IOException {
        Path path = journal.resolve(MANIFEST);
        if (Files.exists(path)) {
            try {
                return Manifest.decode(Files.readAllBytes(path));
            } catch (JournalCorruptException e) {
                throw new JournalCorruptException(
                        "The journal's manifest " + path + " cannot be used: " + e.getMessage()
                                + ". Put it back from a copy.",
                        e);
            }
        }
        if (!fileDirectories(journal).isEmpty()) {
            throw new JournalCorruptException("The journal's manifest " + path
                    + " is missing, but there are journal files. Put it back from a copy.");
        }
        Manifest fresh = new Manifest(UUID.randomUUID(), false, List.of());
        DurableFiles.replace(path, fresh.encode());
        return fresh;
    }

    /** Files with lower numbers than that of the first are no longer listed, because they were removed. */
    private void finishRemoval(Manifest manifest) throws IOException {
        for (Path directory : fileDirectories(journal)) {
            if (isRemoved(number(directory), manifest)) {
                JournalRemoval.delete(directory);
                LOG.warn("The removal of the journal file {} was cut off; it is finished now.", directory);
            }
        }
    }

    private static boolean isRemoved(long number, Manifest manifest) {
        return !manifest.files().isEmpty()
                && number < manifest.files().getFirst().number();
    }

    /** A file is listed before its first entry, so what is not listed and not removed is a file whose making was cut off. */
    private List<Path> unfinished(Manifest manifest) throws IOException {
        List<Path> unfinished = new ArrayList<>();
        for (Path directory : fileDirectories(journal)) {
            long number = number(directory);
            if (isRemoved(number, manifest) || manifest.files().stream().anyMatch(file -> file.number() == number)) {
                continue;
            }
            Path data = ChronicleFile.data(directory, number);
            if (Files.exists(data) && TailSearch.hasEntry(data, options.entryBytesMax())) {
                throw new JournalCorruptException("The journal directory " + directory
                        + " holds entries but is not in the manifest, which must be an older copy.");
            }
            unfinished.add(directory);
        }
        return unfinished;
    }

    private Path setAside(Path directory) throws IOException {
        Path room = journal.resolve(SET_ASIDE);
        DurableFiles.createDirectory(room);
        Path target = room.resolve(directory.getFileName());
        for (int i = 2; Files.exists(target); i++) {
            target = room.resolve(directory.getFileName() + "." + i);
        }
        Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.forceDirectory(room);
        DurableFiles.forceDirectory(journal);
        return target;
    }

    /** The directories of journal files, listed or not, in the order of their numbers. */
    static List<Path> fileDirectories(Path journal) throws IOException {
        try (Stream<Path> paths = Files.list(journal)) {
            return paths.filter(path -> FILE_DIRECTORY
                            .matcher(path.getFileName().toString())
                            .matches())
                    .sorted()
                    .toList();
        }
    }

    /** The number of a file by the name of its directory. */
    static long number(Path directory) {
        return Long.parseLong(String.valueOf(directory.getFileName()));
    }

    private void requirePresent(JournalFile file) throws IOException {
        Path data = ChronicleFile.data(file.directoryIn(journal), file.number());
        if (!Files.isRegularFile(data)) {
            throw FileTailer.corrupt(data, file.firstSequence(), "it is missing", null);
        }
        if (Files.size(data) < file.endBytes()) {
            throw FileTailer.corrupt(
                    data,
                    file.firstSequence(),
                    "it has " + Files.size(data) + " of " + file.endBytes()
                            + " bytes, so it was cut short before entry " + file.lastSequence(),
                    null);
        }
    }

    /** Reads an open file to its last good entry, makes that durable and seals the file there. */
    private JournalFile seal(Manifest manifest, JournalFile file) throws IOException {
        long last = file.firstSequence() - 1;
        long endBytes;
        long acceptedMicros = file.lastAcceptedMicros();
        Path data;
        try (FileTailer tailer = FileTailer.open(journal, manifest.journal(), file, options)) {
            data = tailer.data();
            endBytes = tailer.endBytes();
            while (readGood(tailer, last + 1)) {
                last++;
                endBytes = tailer.endBytes();
                acceptedMicros = RecordLayout.getLong(tailer.bytes(), RecordLayout.ENTRY_ACCEPTED);
            }
        }
        long later = TailSearch.find(data, endBytes, last + 2, options.entryBytesMax());
        if (later != 0) {
            throw FileTailer.corrupt(data, last + 1, "it is not intact, but entry " + later + " behind it is", null);
        }
        report(data, last, endBytes);
        DurableFiles.forceFile(data);
        return file.sealed(last, endBytes, acceptedMicros);
    }

    private static boolean readGood(FileTailer tailer, long expected) {
        try {
            int length = tailer.next(expected);
            return length != FileTailer.ABSENT && tailer.holds(expected, length);
        } catch (JournalCorruptException unreadable) {
            LOG.warn("Entry {} cannot be read.", expected, unreadable);
            return false;
        }
    }

    private static void report(Path data, long last, long endBytes) throws IOException {
        LOG.warn("The journal was not stopped cleanly; its newest file {} is sealed behind entry {}.", data, last);
        if (TailSearch.hasUnfinished(data, endBytes)) {
            LOG.warn(
                    "Behind byte {} of {} an entry was found that cannot be read; it is taken for one whose write never ended, and left out.",
                    endBytes,
                    data);
        }
    }
}

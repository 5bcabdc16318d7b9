package dev.valora.ingest.keys;

import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.admission.EventHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory of key files of one journal. Any thread, as long as no two write the same file. */
public final class KeyFiles {

    private static final Logger LOG = LoggerFactory.getLogger(KeyFiles.class);

    /** As many as a journal file usually holds, and half as many again. */
    private static final long KEYS_LEFT_MAX = 1 << 24;

    private final Path directory;
    private final KeyFileHeader.Owner owner;
    private final KeyRuns memory = new KeyRuns();

    /**
     * The key files in a directory, which is created when the first is written.
     *
     * @param journal whose events are in them
     * @param hash with the secret of the data directory; a file of another secret is as good as none
     */
    public KeyFiles(Path directory, UUID journal, EventHash hash) {
        this.directory = directory;
        this.owner = new KeyFileHeader.Owner(journal, hash.secretFingerprint());
    }

    /**
     * The file for a journal file; empty when there is none or it cannot be used, which is said. Whoever asked closes it.
     */
    public Optional<KeyFile> open(JournalSpan span) {
        Path file = path(span);
        try {
            return Optional.of(read(span));
        } catch (NoSuchFileException missing) {
            LOG.info("There is no key file {}; journal file {} is read instead.", file, span.number());
        } catch (IOException | DamagedKeyFileException | ArithmeticException unusable) {
            LOG.warn(
                    "The key file {} cannot be used: {}. Journal file {} is read instead, and it is written anew.",
                    file,
                    unusable.getMessage(),
                    span.number());
        }
        return Optional.empty();
    }

    /**
     * The file for a journal file. Whoever asked closes it.
     *
     * @throws NoSuchFileException when there is none
     */
    KeyFile read(JournalSpan span) throws IOException, DamagedKeyFileException {
        return KeyFile.open(path(span), owner, span);
    }

    /** Whether there is a file for a journal file, good or not. */
    public boolean isThere(JournalSpan span) {
        return Files.exists(path(span));
    }

    /** About how many keys are in what a kill left of the file for a journal file, of use or not; from 0 to some millions. */
    public long keysLeft(JournalSpan span) {
        try {
            return Math.min(KEYS_LEFT_MAX, Files.size(KeyFileDraft.unfinished(path(span))) / KeyRun.KEY_BYTES);
        } catch (IOException notThere) {
            return 0;
        }
    }

    /** Begins to write the file for a journal file; replaces the one there is when it is finished. */
    KeyFileDraft begin(long number) throws IOException {
        Files.createDirectories(directory);
        return KeyFileDraft.begin(path(number), owner, memory, number);
    }

    /** Goes on with what a kill left of the file for a sealed journal file; empty when nothing of it can be used. */
    Optional<KeyFileDraft> resume(JournalSpan span) throws IOException {
        return KeyFileDraft.resume(path(span), owner, memory, span);
    }

    /** Where the file for a journal file is, if there is one. */
    public Path path(JournalSpan span) {
        return path(span.number());
    }

    private Path path(long number) {
        return directory.resolve(String.format(Locale.ROOT, "%010d.keys", number));
    }
}

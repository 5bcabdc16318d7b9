package dev.valora.ingest.journal;

import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.EntriesGoneException;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalFailedException;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.RecordLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The journal on Chronicle Queue: one document an entry, forced one by one, in files of our own counting. See the package
 * page for the shape, and {@code docs/journal-format.md} for every byte and for what each force covers.
 *
 * <p>The directory must be locked by {@link DataDirectoryLock} for as long as the journal is open.
 */
public final class ChronicleJournal implements Journal {

    private final Path directory;
    private final JournalOptions options;
    private final RunwayKeeper runways;

    // The writer's thread.
    private FileAppender current;

    // Changed by the writer's thread and by the one that removes files, in turns; read by any.
    private final Object changing = new Object();
    private volatile Manifest manifest;

    // Set by the writer's thread in its turn, read by it and, in its own turn, by the one that removes files.
    private boolean closed;

    // Set by either of the two, read by any.
    private volatile @Nullable Throwable failure;

    // Written by the writer's thread, read by any.
    private volatile long forcedSequence;
    private volatile long lastAcceptedMicros;

    private ChronicleJournal(
            Path directory, JournalOptions options, RunwayKeeper runways, Manifest manifest, FileAppender current) {
        this.directory = directory;
        this.options = options;
        this.runways = runways;
        this.manifest = manifest;
        this.current = current;
        JournalFile file = manifest.files().getLast();
        this.forcedSequence = file.firstSequence() - 1;
        this.lastAcceptedMicros = file.lastAcceptedMicros();
    }

    /**
     * Opens the journal in {@code directory}, creating what is missing. After an unclean stop it reads the newest file from
     * its beginning; the files before it are checked for presence and length, and entry by entry by whoever reads them.
     *
     * @throws JournalCorruptException when something that was on disk is not there or not as it was written
     * @throws IllegalStateException when the JVM lacks a flag that Chronicle needs; the message names it
     * @throws UncheckedIOException when the directory cannot be read or written
     */
    public static ChronicleJournal open(Path directory, JournalOptions options) {
        Path absolute = directory.toAbsolutePath().normalize();
        try {
            Manifest recovered = JournalStart.recover(absolute, options);
            RunwayKeeper runways = new RunwayKeeper(absolute, options);
            try {
                runways.start();
                return begin(absolute, options, runways, recovered);
            } catch (Throwable t) {
                runways.close();
                throw t;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The journal " + absolute + " cannot be opened: " + e, e);
        }
    }

    private static ChronicleJournal begin(
            Path directory, JournalOptions options, RunwayKeeper runways, Manifest recovered) throws IOException {
        JournalFile next = following(recovered);
        FileAppender appender =
                FileAppender.create(directory, recovered.journal(), next, runways, options.blockBytes());
        try {
            Manifest begun = recovered.begun(next);
            DurableFiles.replace(directory.resolve(JournalStart.MANIFEST), begun.encode());
            return new ChronicleJournal(directory, options, runways, begun, appender);
        } catch (Throwable t) {
            appender.close();
            throw t;
        }
    }

    private static JournalFile following(Manifest sealed) {
        if (sealed.files().isEmpty()) {
            return JournalFile.open(1, 1, Long.MIN_VALUE);
        }
        JournalFile last = sealed.files().getLast();
        return JournalFile.open(last.number() + 1, last.lastSequence() + 1, last.lastAcceptedMicros());
    }

    @Override
    public UUID id() {
        return manifest.journal();
    }

    @Override
    public long forcedSequence() {
        return forcedSequence;
    }

    @Override
    public long firstSequence() {
        return manifest.firstSequence();
    }

    @Override
    public long removedThroughMicros() {
        return manifest.removedThroughMicros();
    }

    @Override
    public CarriedRecords carried() {
        Manifest now = manifest;
        if (now.removedThroughMicros() == Manifest.NOTHING_REMOVED) {
            return CarriedRecords.NONE;
        }
        try {
            return CarriedFile.read(directory, now);
        } catch (IOException e) {
            throw new UncheckedIOException("What outlived removed journal files cannot be read: " + e, e);
        }
    }

    @Override
    public long lastAcceptedMicros() {
        return lastAcceptedMicros;
    }

    Path directory() {
        return directory;
    }

    Manifest manifest() {
        return manifest;
    }

    /** The file that holds an entry. Any thread. */
    JournalFile fileOf(long sequence) {
        for (JournalFile candidate : manifest.files().reversed()) {
            if (candidate.contains(sequence)) {
                return candidate;
            }
        }
        throw new JournalCorruptException(
                "The journal " + directory + " has no file that holds entry " + sequence + ".");
    }

    @Override
    public Space space() {
        return options.disk().space(directory);
    }

    @Override
    public boolean reserve(int bytes) {
        requireWorking();
        int length = Math.min(bytes, options.entryBytesMax());
        if (!needsRoll(length)) {
            return runways.reserve(endBytesWith(length));
        }
        // A shorter entry may still go into this file.
        return runways.reserve(options.fileBytes()) && runways.reserveNext();
    }

    private boolean needsRoll(int length) {
        return endBytesWith(length) > options.fileBytes() && !isCurrentEmpty();
    }

    private long endBytesWith(int length) {
        return current.endBytes() + length + JournalOptions.FRAMING_BYTES;
    }

    @Override
    public void show(byte[] entry, int length) {
        requireWorking();
        if (length > options.entryBytesMax() || needsRoll(length) || !current.isWorthShowing(length)) {
            return;
        }
        try {
            runways.require(endBytesWith(length));
            current.show(entry, length);
        } catch (Throwable t) {
            failure = t;
            throw failed(t);
        }
    }

    @Override
    public void commit(byte[] entry, int length) {
        requireWorking();
        try {
            requireNext(entry, length);
            if (needsRoll(length)) {
                roll();
            }
            runways.require(endBytesWith(length));
            current.append(entry, length);
            requireOnRunway();
            if (options.durability() == Durability.FSYNC) {
                current.force();
            }
            runways.advanced(current.endBytes());
            lastAcceptedMicros = RecordLayout.getLong(entry, RecordLayout.ENTRY_ACCEPTED);
            forcedSequence = RecordLayout.getLong(entry, RecordLayout.ENTRY_SEQUENCE);
        } catch (Throwable t) {
            failure = t;
            throw failed(t);
        }
    }

    private void requireWorking() {
        Throwable earlier = failure;
        if (earlier != null) {
            throw failed(earlier);
        }
        if (closed) {
            throw new IllegalStateException("the journal is closed");
        }
    }

    private static JournalFailedException failed(Throwable cause) {
        return new JournalFailedException(
                "The journal could not make an entry durable and takes nothing more: " + cause, cause);
    }

    private void requireNext(byte[] entry, int length) {
        if (length < RecordLayout.ENTRY_HEADER_BYTES || length > options.entryBytesMax() || length > entry.length) {
            throw new IllegalArgumentException("an entry cannot have " + length + " bytes");
        }
        long sequence = RecordLayout.getLong(entry, RecordLayout.ENTRY_SEQUENCE);
        if (sequence != forcedSequence + 1) {
            throw new IllegalArgumentException("entry " + sequence + " cannot follow entry " + forcedSequence);
        }
    }

    /** What was written behind the runway could be overwritten with zeros; it must not be acknowledged. */
    private void requireOnRunway() {
        if (current.endBytes() > runways.endBytes()) {
            throw new IllegalStateException("an entry that ends at " + current.endBytes() + " was written beyond the "
                    + runways.endBytes() + " bytes that were prepared");
        }
    }

    private boolean isCurrentEmpty() {
        return forcedSequence < manifest.files().getLast().firstSequence();
    }

    /** Seals the current file and goes on in a new one, which is on disk and listed before its first entry is. */
    private void roll() throws IOException {
        current.force();
        JournalFile sealed = sealedCurrent();
        JournalFile next = JournalFile.open(sealed.number() + 1, forcedSequence + 1, lastAcceptedMicros);
        FileAppender full = current;
        current = FileAppender.create(directory, manifest.journal(), next, runways, options.blockBytes());
        try {
            publish(before -> before.rolled(sealed, next));
        } finally {
            full.close();
        }
    }

    private JournalFile sealedCurrent() {
        return manifest.files().getLast().sealed(forcedSequence, current.endBytes(), lastAcceptedMicros);
    }

    private void publish(UnaryOperator<Manifest> change) throws IOException {
        synchronized (changing) {
            Manifest changed = change.apply(manifest);
            DurableFiles.replace(manifestFile(), changed.encode());
            manifest = changed;
        }
    }

    private Path manifestFile() {
        return directory.resolve(JournalStart.MANIFEST);
    }

    /** What {@link JournalRemoval#removeThrough} does; an {@link IOException} means that nothing has changed. */
    void dropThrough(long file) throws IOException {
        synchronized (changing) {
            requireWorking();
            Manifest changed = manifest.behind(file);
            DurableFiles.stage(manifestFile(), changed.encode());
            try {
                DurableFiles.install(manifestFile());
            } catch (IOException e) {
                failure = e;
                throw failed(e);
            }
            manifest = changed;
        }
    }

    @Override
    public long openFile() {
        return manifest.files().getLast().number();
    }

    @Override
    public List<JournalSpan> sealedFiles() {
        return manifest.files().stream()
                .filter(file -> !file.isOpen())
                .map(file -> new JournalSpan(file.number(), file.firstSequence(), file.lastSequence()))
                .toList();
    }

    @Override
    public JournalReader reader(long firstSequence) {
        if (firstSequence < 1) {
            throw new IllegalArgumentException("there is no entry " + firstSequence);
        }
        if (firstSequence < firstSequence()) {
            throw new EntriesGoneException(firstSequence, firstSequence());
        }
        return new ChronicleReader(this, options, firstSequence);
    }

    @Override
    public @Nullable JournalEntry read(long sequence) {
        if (sequence < 1 || sequence > forcedSequence) {
            throw new IllegalArgumentException("the journal ends at entry " + forcedSequence + ": " + sequence);
        }
        if (sequence < firstSequence()) {
            return null;
        }
        try (ChronicleReader reader = new ChronicleReader(this, options, sequence)) {
            return reader.poll();
        } catch (EntriesGoneException removedMeanwhile) {
            return null;
        }
    }

    /**
     * Releases the files and notes the clean stop, unless the journal had failed: then the next start finds out what is good.
     * The data directory's lock is not touched.
     *
     * @throws UncheckedIOException when the clean stop cannot be noted; nothing is lost, the next start reads more
     */
    @Override
    public void close() {
        synchronized (changing) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try (runways;
                FileAppender last = current) {
            if (failure == null) {
                last.force();
                JournalFile sealed = sealedCurrent();
                publish(before -> before.stopped(sealed));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The journal " + directory + " could not note its clean stop: " + e, e);
        }
    }
}

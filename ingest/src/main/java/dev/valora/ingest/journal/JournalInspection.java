package dev.valora.ingest.journal;

import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.RecordLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole journal without writing anything, also while a server writes it: what is added meanwhile is seen or not, but
 * never taken for damage. A file's damage keeps no other file from being read. One thread.
 */
public final class JournalInspection {

    /**
     * What was found.
     *
     * @param cleanStop whether the last server closed it; false too while one runs
     * @param beginning what was removed before the first of the files
     */
    public record Report(UUID journal, boolean cleanStop, Beginning beginning, List<FileReport> files) {

        public Report {
            files = List.copyOf(files);
        }

        /** Whether every entry that must be there was there as it was written. */
        public boolean isWhole() {
            return beginning.damage() == null && files.stream().allMatch(file -> file.damage() == null);
        }
    }

    /**
     * Where a journal begins.
     *
     * @param firstSequence of its first entry, 1 when nothing was removed
     * @param removedThroughMicros accepted time of the last entry that was removed, epoch microseconds;
     *     {@link Long#MIN_VALUE} when none was
     * @param carried records that outlived the files they stood in
     * @param damage of those, a sentence; null when there is none
     */
    public record Beginning(
            long firstSequence,
            long removedThroughMicros,
            int carried,
            @Nullable String damage) {

        /** Whether anything was removed. */
        public boolean isRemoved() {
            return removedThroughMicros != Long.MIN_VALUE;
        }
    }

    /**
     * One file. Times are epoch microseconds, {@link Long#MIN_VALUE} when it holds no entry.
     *
     * @param sealed whether it is finished; the newest is not while a server runs or when it died
     * @param firstSequence of its first entry, whether or not there is one
     * @param entries intact ones, from the first on
     * @param bytes up to the end of the last of them
     * @param crc CRC-32C over those entries, one behind the other
     * @param damage a sentence; null when there is none
     */
    public record FileReport(
            long number,
            boolean sealed,
            long firstSequence,
            long entries,
            long firstAcceptedMicros,
            long lastAcceptedMicros,
            long bytes,
            int crc,
            @Nullable String damage) {

        /** The last intact entry; one less than the first when there is none. */
        public long lastSequence() {
            return firstSequence + entries - 1;
        }
    }

    /** Watches a long reading. Called on its thread, often. */
    @FunctionalInterface
    public interface Progress {

        /**
         * Told how far it is.
         *
         * @param file of {@code files}, from 1
         * @param sequence of the last entry read
         */
        void onProgress(int file, int files, long sequence);
    }

    /** Takes what was read. Called on its thread. */
    @FunctionalInterface
    public interface Entries {

        /** An intact entry of a journal file, valid until this returns; all of a file's come, in their order. */
        void onEntry(long file, JournalEntry entry);
    }

    private static final int ENTRIES_BETWEEN_PROGRESS = 256;

    private final Path directory;
    private final JournalOptions options;
    private final Manifest manifest;
    private final Entries entries;

    private JournalInspection(Path directory, JournalOptions options, Manifest manifest, Entries entries) {
        this.directory = directory;
        this.options = options;
        this.manifest = manifest;
        this.entries = entries;
    }

    /**
     * Reads every entry of the files that the manifest lists now.
     *
     * @throws JournalCorruptException when the manifest cannot be used
     * @throws UncheckedIOException when there is none, or it cannot be read
     */
    public static Report run(Path directory, JournalOptions options, Progress progress) {
        return run(directory, options, progress, (file, entry) -> {});
    }

    /** The same for somebody who looks at the entries too. */
    public static Report run(Path directory, JournalOptions options, Progress progress, Entries entries) {
        Path absolute = directory.toAbsolutePath().normalize();
        return new JournalInspection(absolute, options, manifest(absolute), entries).run(progress);
    }

    private static Manifest manifest(Path directory) {
        try {
            return Manifest.decode(Files.readAllBytes(directory.resolve(JournalStart.MANIFEST)));
        } catch (IOException e) {
            throw new UncheckedIOException("There is no journal to read in " + directory + " (" + e + ").", e);
        }
    }

    private Report run(Progress progress) {
        List<FileReport> reports = new ArrayList<>();
        int files = manifest.files().size();
        for (JournalFile file : manifest.files()) {
            int index = reports.size() + 1;
            Reading reading = new Reading(file, entries);
            String damage;
            try {
                damage = read(reading, sequence -> progress.onProgress(index, files, sequence));
            } catch (JournalCorruptException e) {
                damage = String.valueOf(e.getMessage());
            } catch (IOException e) {
                damage = "It cannot be read: " + e;
            }
            if (damage != null
                    && file.number() < manifest(directory).files().getFirst().number()) {
                // It was removed while it was read.
                continue;
            }
            reports.add(reading.report(damage));
            progress.onProgress(index, files, reading.next - 1);
        }
        return new Report(manifest.journal(), manifest.cleanStop(), beginning(), reports);
    }

    /** What is carried reaches at least to the beginning of the manifest that was read, also after further removals. */
    private Beginning beginning() {
        int carried = 0;
        String damage = null;
        if (manifest.removedThroughMicros() != Manifest.NOTHING_REMOVED) {
            try {
                carried = CarriedFile.read(directory, manifest).count();
            } catch (JournalCorruptException e) {
                damage = String.valueOf(e.getMessage());
            } catch (IOException e) {
                damage = "It cannot be read: " + e;
            }
        }
        return new Beginning(manifest.firstSequence(), manifest.removedThroughMicros(), carried, damage);
    }

    private interface Step {
        void reached(long sequence);
    }

    /** Reads a file as far as it goes and returns what is wrong with it, if anything. */
    private @Nullable String read(Reading reading, Step step) throws IOException {
        JournalFile file = reading.file;
        try (FileTailer tailer = FileTailer.open(directory, manifest.journal(), file, options)) {
            reading.bytes = tailer.endBytes();
            while (true) {
                while (reading.next <= file.lastSequence() && readNext(tailer, reading)) {
                    if (reading.next % ENTRIES_BETWEEN_PROGRESS == 0) {
                        step.reached(reading.next - 1);
                    }
                }
                if (!file.isOpen()) {
                    return reading.whatIsMissing();
                }
                // While somebody writes, what was not there a moment ago may be there now: damaged is only what still
                // cannot be read although an entry is behind it.
                long later = TailSearch.find(tailer.data(), reading.bytes, reading.next + 1, options.entryBytesMax());
                if (later == 0) {
                    return null;
                }
                if (!readNext(tailer, reading)) {
                    return "Entry " + reading.next + " is not intact, but entry " + later + " behind it is.";
                }
            }
        }
    }

    private static boolean readNext(FileTailer tailer, Reading reading) {
        int length = tailer.next(reading.next);
        if (length == FileTailer.ABSENT || !tailer.holds(reading.next, length)) {
            return false;
        }
        reading.add(tailer.bytes(), length, tailer.endBytes());
        return true;
    }

    /** What was read of one file so far. */
    private static final class Reading {
        private final JournalFile file;
        private final Entries entries;
        private final JournalEntry view = new JournalEntry();
        private final CRC32C crc = new CRC32C();
        private long next;
        private long bytes;
        private long firstAcceptedMicros = Long.MIN_VALUE;
        private long lastAcceptedMicros = Long.MIN_VALUE;

        private Reading(JournalFile file, Entries entries) {
            this.file = file;
            this.entries = entries;
            this.next = file.firstSequence();
        }

        private void add(byte[] entry, int length, long endBytes) {
            crc.update(entry, 0, length);
            lastAcceptedMicros = RecordLayout.getLong(entry, RecordLayout.ENTRY_ACCEPTED);
            if (next == file.firstSequence()) {
                firstAcceptedMicros = lastAcceptedMicros;
            }
            next++;
            bytes = endBytes;
            view.wrap(entry, length);
            entries.onEntry(file.number(), view);
        }

        private @Nullable String whatIsMissing() {
            if (next <= file.lastSequence()) {
                return "Entry " + next + " is not intact; the manifest lists entries up to " + file.lastSequence()
                        + ".";
            }
            if (bytes != file.endBytes() || !isAsListed(lastAcceptedMicros)) {
                return "Its last entry is not the one that the manifest lists.";
            }
            return null;
        }

        private boolean isAsListed(long acceptedMicros) {
            return acceptedMicros == Long.MIN_VALUE || acceptedMicros == file.lastAcceptedMicros();
        }

        private FileReport report(@Nullable String damage) {
            return new FileReport(
                    file.number(),
                    !file.isOpen(),
                    file.firstSequence(),
                    next - file.firstSequence(),
                    firstAcceptedMicros,
                    lastAcceptedMicros,
                    bytes,
                    (int) crc.getValue(),
                    damage);
        }
    }
}

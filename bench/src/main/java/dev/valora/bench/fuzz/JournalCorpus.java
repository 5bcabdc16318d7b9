package dev.valora.bench.fuzz;

import dev.valora.bench.load.EventBodies;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.admission.EntryDraft;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.DiskLimits;
import dev.valora.ingest.journal.Durability;
import dev.valora.ingest.journal.JournalOptions;
import dev.valora.ingest.parse.UsageParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Journals of some thousand entries in several files, every byte of which is known: closed, and as they were when their process
 * died; each of these with its beginning, and with a beginning that was removed. Made once; read by any thread.
 */
final class JournalCorpus {

    /** Small files and blocks, so that there are many edges; a reader that looks once more and gives up. */
    static final JournalOptions OPTIONS = new JournalOptions(1 << 20, 256 << 10, 0, System::nanoTime);

    /** The same without forcing, which changes no byte. */
    private static final JournalOptions UNFORCED = OPTIONS.with(DiskLimits.NONE, Durability.OS);

    private static final int ENTRIES = 3_000;
    private static final int LARGEST = 220;
    private static final int REMOVALS = 2;
    private static final long FIRST_MICROS = 1_795_000_000_000_000L;
    private static final int ALIGNMENT = 4;

    /** An entry's bytes, and where they stand. */
    static final class Entry {
        private final byte[] bytes;
        private final Path file;
        private final int offset;

        private Entry(byte[] bytes, Path file, int offset) {
            this.bytes = bytes;
            this.file = file;
            this.offset = offset;
        }

        /** The file that it stands in, relative to the journal. */
        Path file() {
            return file;
        }

        /** Its end in the file. */
        int end() {
            return offset + bytes.length;
        }

        /** Whether it stands in these bytes of the file as it was written. */
        boolean isIn(byte[] fileBytes) {
            return end() <= fileBytes.length && Arrays.equals(fileBytes, offset, end(), bytes, 0, bytes.length);
        }

        /** Whether somebody read it as it was written. */
        boolean isEqual(JournalEntry read) {
            return Arrays.equals(read.bytes(), 0, read.length(), bytes, 0, bytes.length);
        }
    }

    /**
     * One journal.
     *
     * @param directory of it
     * @param isClosed whether its newest file is sealed
     * @param beginning what was removed before the first entry
     * @param entries from that on; their files are relative to the directory
     * @param oldManifests as it was at some times before
     */
    record Sample(
            Path directory,
            boolean isClosed,
            JournalBeginnings.Beginning beginning,
            List<Entry> entries,
            List<byte[]> oldManifests) {

        Sample {
            entries = List.copyOf(entries);
            oldManifests = List.copyOf(oldManifests);
        }

        /** For messages. */
        String name() {
            return String.valueOf(directory.getFileName());
        }

        /** Whether files were removed from its beginning. */
        boolean isShortened() {
            return beginning.firstSequence() > 1;
        }

        /** The sequence of an entry of the list. */
        long sequence(int index) {
            return beginning.firstSequence() + index;
        }

        /** Relative names of the data files, oldest first. */
        List<Path> dataFiles() {
            return entries.stream().map(Entry::file).distinct().toList();
        }

        /** The offset behind the last entry of a file. */
        int end(Path file) {
            return entries.stream()
                    .filter(entry -> entry.file().equals(file))
                    .mapToInt(Entry::end)
                    .max()
                    .orElse(0);
        }
    }

    private final SplittableRandom random;
    private final UsageBatch batch = new UsageBatch(new Unheard());
    private final UsageParser parser =
            new UsageParser(new EventHash(new byte[EventHash.SECRET_BYTES]), new MeterRules().directory());
    private final EntryDraft draft = new EntryDraft();
    private final List<byte[]> written = new ArrayList<>();
    private final List<byte[]> manifests = new ArrayList<>();

    private JournalCorpus(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Writes all of them below a directory. */
    static List<Sample> write(Path directory, long seed) throws IOException {
        return List.of(
                new JournalCorpus(seed).write(directory, "closed", true, 0),
                new JournalCorpus(seed + 1).write(directory, "died", false, 0),
                new JournalCorpus(seed + 2).write(directory, "closed-shortened", true, REMOVALS),
                new JournalCorpus(seed + 3).write(directory, "died-shortened", false, REMOVALS));
    }

    private Sample write(Path directory, String name, boolean isClosed, int removals) throws IOException {
        Path journal = directory.resolve(name);
        Path live = isClosed ? journal : directory.resolve(name + "-live");
        JournalBeginnings.Beginning beginning;
        try (ChronicleJournal open = ChronicleJournal.open(live, UNFORCED)) {
            beginning =
                    write(open, new JournalBeginnings(live, directory.resolve(name + "-removed"), ENTRIES), removals);
            if (!isClosed) {
                copy(live, journal);
            }
        }
        return new Sample(journal, isClosed, beginning, located(journal, beginning.firstSequence()), manifests);
    }

    /** Writes all entries; the removals come after equal parts of them. */
    private JournalBeginnings.Beginning write(ChronicleJournal open, JournalBeginnings beginnings, int removals)
            throws IOException {
        int removed = 0;
        for (int i = 0; i < ENTRIES; i++) {
            byte[] entry = entry(i + 1);
            open.commit(entry, entry.length);
            written.add(entry);
            if (random.nextInt(ENTRIES / 20) == 0) {
                manifests.add(beginnings.manifest());
            }
            if (removed < removals && i + 1 == ENTRIES / (removals + 1) * (removed + 1)) {
                manifests.add(beginnings.manifest());
                beginnings.removeOne(open);
                removed++;
            }
        }
        return beginnings.now(open);
    }

    /** Ticks, single events, small groups, and now and then one that fills many pages. */
    private byte[] entry(long sequence) {
        int events = switch (random.nextInt(10)) {
            case 0 -> 0;
            case 1, 2, 3 -> 1;
            case 4 -> 1 + random.nextInt(LARGEST);
            default -> 1 + random.nextInt(10);
        };
        draft.begin(sequence, FIRST_MICROS + sequence);
        if (events > 0) {
            byte[] body = EventBodies.body(events, sequence * LARGEST, Instant.EPOCH);
            batch.begin(MeterRules.ORGANIZATION, false);
            parser.parse(body, body.length, false, batch);
            draft.appendEvents(batch.records, 0, batch.recordsLength(), batch.size());
        }
        draft.seal();
        return Arrays.copyOf(draft.bytes(), draft.length());
    }

    private List<Entry> located(Path journal, long firstSequence) throws IOException {
        List<Path> files;
        try (Stream<Path> paths = Files.walk(journal)) {
            files = paths.filter(path -> path.toString().endsWith(".cq4"))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
        List<Entry> entries = new ArrayList<>();
        Map<Path, byte[]> contents = new HashMap<>();
        int file = 0;
        int from = 0;
        for (byte[] entry : written.subList((int) firstSequence - 1, written.size())) {
            int at = -1;
            while (at < 0) {
                Path path = files.get(file);
                if (!contents.containsKey(path)) {
                    contents.put(path, Files.readAllBytes(path));
                }
                at = find(contents.get(path), entry, from);
                if (at < 0) {
                    file++;
                    from = 0;
                }
            }
            entries.add(new Entry(entry, journal.relativize(files.get(file)), at));
            from = at + entry.length;
        }
        return entries;
    }

    private static int find(byte[] file, byte[] entry, int from) {
        int first = (from + ALIGNMENT - 1) & -ALIGNMENT;
        for (int at = first; at + entry.length <= file.length; at += ALIGNMENT) {
            if (Arrays.equals(file, at, at + entry.length, entry, 0, entry.length)) {
                return at;
            }
        }
        return -1;
    }

    /** Copies a directory with all that is in it to one that is not there. */
    static void copy(Path directory, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(directory.relativize(path).toString()));
            }
        }
    }
}

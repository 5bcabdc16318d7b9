package dev.valora.ingest.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.JournalInspection;
import dev.valora.ingest.journal.JournalOptions;
import dev.valora.ingest.keys.KeyFileAttempt;
import dev.valora.ingest.keys.KeyFileCheck;
import dev.valora.ingest.keys.KeyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a kill leaves of the open key file saves hashing, or nothing; it never changes what a start knows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeyFileReadingTest {

    private static final JournalOptions ONE_FILE =
            new JournalOptions(256 << 20, 8 << 20, 3_000_000_000L, System::nanoTime);
    private static final int RUN_KEYS = 1 << 19;
    private static final int EVENTS = 1_100_000;
    private static final int EVENTS_A_BATCH = 10_000;
    private static final int HEADER_BYTES = 96;
    private static final int TABLE_BYTES = 8_200;
    private static final int RUN_END = HEADER_BYTES + TABLE_BYTES + 32 * RUN_KEYS;

    @TempDir
    static Path directory;

    /** The unfinished key file that the kill left. */
    private byte[] left = {};

    /** The key file that is made by reading the journal. */
    private byte[] whole = {};

    /** A run, one that was being written, and after them what is in no run; and the meters and voids of all three. */
    @BeforeAll
    void writeAndDie() throws IOException {
        Path journal = directory.resolve("journal");
        try (Writer writer = new Writer(journal, ONE_FILE, new ClaimedKeys())) {
            KeyFiles files = new KeyFiles(directory.resolve("keys"), writer.journal.id(), TestBatch.hash());
            KeyFileLoop loop = new KeyFileLoop(
                    writer.journal, files, TestBatch.hash(), System::nanoTime, writer.loop.claimedKeys());
            writer.withMeter("calls");
            for (int first = 0; first < EVENTS; first += EVENTS_A_BATCH) {
                send(writer, first);
                writer.voids("k" + first);
                writer.loop.doWork();
                while (loop.doWork() > 0) {
                    // until it has taken what was handed over
                }
            }
            left = Files.readAllBytes(keyFile("keys", ".keys.new"));
            // An image of what was there, since nobody stops a process that dies.
            image(journal, directory.resolve("image"));
            writer.loop.close();
            loop.close();
        }
        assertEquals(EVENTS, start("read", TestBatch.hash()).events());
        whole = Files.readAllBytes(keyFile("read", ".keys"));
    }

    private static void send(Writer writer, int first) {
        TestBatch batch = writer.batch();
        for (int key = first; key < first + EVENTS_A_BATCH; key++) {
            batch.event("k" + key, "calls", 1, null);
        }
        writer.offered(batch);
        writer.loop.doWork();
    }

    private static void image(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    private Path keyFile(String keys, String ending) {
        return directory.resolve(keys).resolve("0000000001" + ending);
    }

    private JournalReplay.Counts start(String keys, EventHash owner) {
        try (Journal journal = ChronicleJournal.open(directory.resolve("image"), ONE_FILE);
                DedupIndex index = new DedupIndex()) {
            JournalReplay.Counts counts = new JournalReplay(TestBatch.hash(), index, new MeterDirectory())
                    .run(
                            journal,
                            new KeyFiles(directory.resolve(keys), journal.id(), owner),
                            (events, sequence, forcedSequence) -> {});
            assertEquals(EVENTS + EVENTS / EVENTS_A_BATCH, index.size(), "events and voids");
            return counts;
        }
    }

    private JournalReplay.Counts startWith(String keys, byte[] unfinished, EventHash owner) throws IOException {
        Files.createDirectory(directory.resolve(keys));
        Files.write(keyFile(keys, ".keys.new"), unfinished);
        return start(keys, owner);
    }

    /** Of several runs, the last one not full. */
    @Test
    void shouldMakeAFileThatHoldsTheKeysOfItsEvents() throws IOException {
        Files.createDirectory(directory.resolve("compared"));
        Files.write(keyFile("compared", ".keys"), whole);
        KeyFileCheck check = new KeyFileCheck(TestBatch.hash());
        JournalInspection.Report report = JournalInspection.run(
                directory.resolve("image"), ONE_FILE, (file, files, sequence) -> {}, check::entry);
        JournalInspection.FileReport file = report.files().getFirst();
        KeyFiles files = new KeyFiles(directory.resolve("compared"), report.journal(), TestBatch.hash());
        JournalSpan span = new JournalSpan(file.number(), file.firstSequence(), file.lastSequence());
        assertEquals(new KeyFileCheck.Same(), check.compare(files, span));
    }

    @Test
    void shouldHashOnlyWhatIsNotThereYet() throws IOException {
        assertTrue(left.length > RUN_END);
        JournalReplay.Counts counts = startWith("left", left, TestBatch.hash());
        assertEquals(0, counts.events(), "the journal was replayed");
        assertEquals(EVENTS, counts.keys());
        assertArrayEquals(whole, Files.readAllBytes(keyFile("left", ".keys")));
        assertFalse(Files.exists(keyFile("left", ".keys.new")));
    }

    @Test
    void shouldGoOnBehindTheLastWholeRun() throws IOException {
        byte[] more = Arrays.copyOf(left, RUN_END + 100_000);
        Arrays.fill(more, RUN_END, more.length, (byte) 7);
        assertEquals(EVENTS, startWith("more", more, TestBatch.hash()).keys());
        assertArrayEquals(whole, Files.readAllBytes(keyFile("more", ".keys")));
    }

    static Stream<Arguments> useless() {
        return Stream.of(
                arguments("empty", (UnaryOperator<byte[]>) bytes -> new byte[0]),
                arguments("header", flipped(40)),
                arguments("table", flipped(HEADER_BYTES + 4_000)),
                arguments("first-key", flipped(HEADER_BYTES + TABLE_BYTES)),
                arguments("last-key", flipped(RUN_END - 1)),
                arguments("cut", (UnaryOperator<byte[]>) bytes -> Arrays.copyOf(bytes, RUN_END - 1)),
                arguments("zeros", (UnaryOperator<byte[]>)
                        bytes -> Arrays.copyOf(Arrays.copyOf(bytes, HEADER_BYTES + TABLE_BYTES), bytes.length)));
    }

    private static UnaryOperator<byte[]> flipped(int at) {
        return bytes -> {
            byte[] flipped = bytes.clone();
            flipped[at] ^= 1;
            return flipped;
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("useless")
    void shouldReadTheJournalInPlaceOfWhatIsDamaged(String what, UnaryOperator<byte[]> damage) throws IOException {
        JournalReplay.Counts counts = startWith(what, damage.apply(left), TestBatch.hash());
        assertEquals(EVENTS, counts.events());
        assertArrayEquals(whole, Files.readAllBytes(keyFile(what, ".keys")));
    }

    @Test
    void shouldNotUseWhatAnotherSecretMade() throws IOException {
        EventHash other = new EventHash("another-secret-1".getBytes(UTF_8));
        assertEquals(EVENTS, startWith("secret", left, other).events());
    }

    @Test
    void shouldGoOnBehindSeveralRuns() throws IOException {
        assertEquals(
                EVENTS,
                startWith("several", unfinished("several", EVENTS, keys -> {}), TestBatch.hash())
                        .keys());
        assertArrayEquals(whole, Files.readAllBytes(keyFile("several", ".keys")));
    }

    static Stream<Arguments> foreign() {
        return Stream.of(
                arguments("another-hash", (Consumer<List<long[]>>) keys -> keys.get(RUN_KEYS - 1)[2] ^= 1),
                arguments("an-event-less", (Consumer<List<long[]>>) keys -> keys.remove(7)),
                arguments("behind-the-end", (Consumer<List<long[]>>) keys -> keys.get(3)[3] = 1L << 50));
    }

    /** Runs that are intact, and of this journal by their header, but made of other events: a restored copy may hold such. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("foreign")
    void shouldNotUseWhatWasMadeOfOtherEvents(String what, Consumer<List<long[]>> change) throws IOException {
        assertEquals(
                EVENTS,
                startWith(what, unfinished(what, RUN_KEYS, change), TestBatch.hash())
                        .events());
        assertArrayEquals(whole, Files.readAllBytes(keyFile(what, ".keys")));
    }

    /** Where other keys are found in front, a kill or a stop must leave nothing of this journal's behind them. */
    @Test
    void shouldLeaveNothingBehindWhatWasMadeOfOtherEvents() throws IOException {
        byte[] foreign = unfinished("front", RUN_KEYS, keys -> keys.get(RUN_KEYS - 1)[2] ^= 1);
        Files.createDirectory(directory.resolve("front-left"));
        Files.write(keyFile("front-left", ".keys.new"), foreign);
        try (Journal journal = ChronicleJournal.open(directory.resolve("image"), ONE_FILE)) {
            KeyFiles files = new KeyFiles(directory.resolve("front-left"), journal.id(), TestBatch.hash());
            KeyFileReading reading = KeyFileReading.resume(
                            journal,
                            files,
                            TestBatch.hash(),
                            journal.sealedFiles().getFirst())
                    .orElseThrow();
            while (!reading.isDone()) {
                reading.next();
            }
            assertFalse(reading.isOfThisJournal());
            assertFalse(reading.finish());
            assertEquals(RUN_END, Files.size(keyFile("front-left", ".keys.new")), "nothing was added");
            reading.leave();
            assertFalse(Files.exists(keyFile("front-left", ".keys.new")));
        }
    }

    /** An unfinished key file of the first keys of the image, changed: high, low, fingerprint and position of each. */
    private byte[] unfinished(String what, int count, Consumer<List<long[]>> change) throws IOException {
        Path scratch = directory.resolve("scratch-" + what);
        try (Journal journal = ChronicleJournal.open(directory.resolve("image"), ONE_FILE)) {
            List<long[]> keys = keys(journal);
            change.accept(keys);
            KeyFileAttempt attempt = new KeyFileAttempt(new KeyFiles(scratch, journal.id(), TestBatch.hash()), 1);
            keys.subList(0, count).forEach(key -> attempt.key(key[0], key[1], key[2], key[3]));
            for (int other = 0; other <= 2 * RUN_KEYS; other++) {
                attempt.key(1, 2, 3, 4); // so that the runs before are written
            }
            byte[] bytes = Files.readAllBytes(scratch.resolve("0000000001.keys.new"));
            attempt.close();
            return bytes;
        }
    }

    private static List<long[]> keys(Journal journal) {
        List<long[]> keys = new ArrayList<>();
        EventHash hash = TestBatch.hash();
        try (JournalReader reader = journal.reader(1)) {
            for (JournalEntry entry = reader.poll(); entry != null; entry = reader.poll()) {
                int at = entry.firstRecord();
                for (int i = 0; i < entry.recordCount(); i++) {
                    if (entry.recordType(at) == RecordLayout.TYPE_EVENT) {
                        hash.hash(entry.bytes(), at);
                        keys.add(new long[] {
                            hash.high(), hash.low(), hash.fingerprint(), Position.pack(entry.sequence(), i)
                        });
                    }
                    at = entry.nextRecord(at);
                }
            }
        }
        return keys;
    }

    /** As it does with what is left when the writer was faster for a while. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldBeFinishedBehindTheWriterToo(boolean isTheirs) throws IOException {
        String keys = isTheirs ? "behind" : "behind-other";
        byte[] unfinished = isTheirs ? left : unfinished(keys, RUN_KEYS, made -> made.get(RUN_KEYS - 1)[2] ^= 1);
        Files.createDirectory(directory.resolve(keys));
        Files.write(keyFile(keys, ".keys.new"), unfinished);
        try (Journal journal = ChronicleJournal.open(directory.resolve("image"), ONE_FILE)) {
            KeyFileLoop loop = new KeyFileLoop(
                    journal,
                    new KeyFiles(directory.resolve(keys), journal.id(), TestBatch.hash()),
                    TestBatch.hash(),
                    System::nanoTime,
                    new ClaimedKeys());
            while (loop.doWork() > 0) {
                // until every sealed file has its key file
            }
            loop.close();
        }
        assertArrayEquals(whole, Files.readAllBytes(keyFile(keys, ".keys")));
    }

    /** The keys of other files are claimed meanwhile. */
    @Test
    void shouldGoOnBesideTheKeyFilesOfOtherFiles() throws IOException {
        Path journal = directory.resolve("two");
        image(directory.resolve("image"), journal);
        Writer writer = new Writer(journal, ONE_FILE, new ClaimedKeys());
        KeyFiles files = new KeyFiles(directory.resolve("two-keys"), writer.journal.id(), TestBatch.hash());
        KeyFileLoop loop =
                new KeyFileLoop(writer.journal, files, TestBatch.hash(), System::nanoTime, writer.loop.claimedKeys());
        for (int first = EVENTS; first < 2 * EVENTS; first += EVENTS_A_BATCH) {
            send(writer, first);
            while (loop.doWork() > 0) {
                // until the key file of the first file is made, and until it has taken what was handed over
            }
        }
        image(journal, directory.resolve("two-image"));
        image(directory.resolve("two-keys"), directory.resolve("two-left"));
        String open = String.format(Locale.ROOT, "two-left/%010d.keys.new", writer.journal.openFile());
        writer.loop.close();
        loop.close();
        writer.close();
        assertTrue(Files.exists(directory.resolve("two-left/0000000001.keys")));
        assertTrue(Files.size(directory.resolve(open)) > RUN_END);
        try (Journal again = ChronicleJournal.open(directory.resolve("two-image"), ONE_FILE);
                DedupIndex index = new DedupIndex()) {
            KeyFiles left = new KeyFiles(directory.resolve("two-left"), again.id(), TestBatch.hash());
            JournalReplay.Counts counts = new JournalReplay(TestBatch.hash(), index, new MeterDirectory())
                    .run(again, left, (read, sequence, forcedSequence) -> {});
            assertEquals(0, counts.events(), "the journal was replayed");
            assertEquals(2L * EVENTS, counts.keys());
            assertEquals(2L * EVENTS + EVENTS / EVENTS_A_BATCH, index.size(), "events and voids");
        }
    }

    /** Keys for which the writer has no block are read from the journal, and the file is as whole as any. */
    @Test
    void shouldReadWhatWasLost() throws IOException {
        Path journal = directory.resolve("fast");
        int events = EVENTS + 100_000;
        Writer writer = new Writer(journal, ONE_FILE, new ClaimedKeys(24, 1 << 14));
        KeyFiles files = new KeyFiles(directory.resolve("loss"), writer.journal.id(), TestBatch.hash());
        KeyFileLoop loop =
                new KeyFileLoop(writer.journal, files, TestBatch.hash(), System::nanoTime, writer.loop.claimedKeys());
        writer.withMeter("calls");
        for (int first = 0; first < events; first += EVENTS_A_BATCH) {
            send(writer, first);
            boolean isFollowed = first < RUN_KEYS + 50_000 || first >= EVENTS;
            while (isFollowed && loop.doWork() > 0) {
                // until it has taken what was handed over, but not of the 500,000 events between
            }
        }
        assertTrue(Files.size(keyFile("loss", ".keys.new")) > RUN_END + TABLE_BYTES, "it goes on behind the loss");
        writer.loop.close();
        loop.close();
        writer.close();
        loop.finish();
        try (Journal again = ChronicleJournal.open(journal, ONE_FILE);
                DedupIndex index = new DedupIndex()) {
            JournalReplay.Counts counts = new JournalReplay(TestBatch.hash(), index, new MeterDirectory())
                    .run(again, files, (read, sequence, forcedSequence) -> {});
            assertEquals(0, counts.events(), "the journal was replayed");
            assertEquals(events, counts.keys());
            assertEquals(events, index.size());
        }
    }
}

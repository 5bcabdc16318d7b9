package dev.valora.ingest.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.valora.ingest.EventRecord;
import dev.valora.ingest.Journal;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.JournalOptions;
import dev.valora.ingest.keys.KeyFileAttempt;
import dev.valora.ingest.keys.KeyFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
final class KeyFileCompletionTest {

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
                TestBatch batch = writer.batch();
                for (int key = first; key < first + EVENTS_A_BATCH; key++) {
                    batch.event("k" + key, "calls", 1, null);
                }
                writer.offered(batch);
                writer.loop.doWork();
                voidOne(writer, "k" + first);
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

    private static void image(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    private static void voidOne(Writer writer, String key) {
        EventRecord event = new EventRecord();
        var batch = writer.batch().event(key, "calls", 1, null).batch();
        event.wrap(batch.records, batch.recordOffset[0]);
        writer.loop.voidEvent(
                TestBatch.hash().identity(TestBatch.ORGANIZATION, key.getBytes(UTF_8)),
                new VoidRecord(1L << 20, event, "a test"));
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

    /** Runs that are intact, and of this journal by their header, but made of other events: a restored copy may hold such. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotUseWhatWasMadeOfOtherEvents(boolean changesHash) throws IOException {
        String what = changesHash ? "other-hash" : "key-twice";
        assertEquals(
                EVENTS,
                startWith(what, made(what, changesHash), TestBatch.hash()).events());
        assertArrayEquals(whole, Files.readAllBytes(keyFile(what, ".keys")));
    }

    private byte[] made(String what, boolean changesHash) throws IOException {
        ByteBuffer keys = ByteBuffer.wrap(left).order(ByteOrder.LITTLE_ENDIAN);
        int last = HEADER_BYTES + TABLE_BYTES;
        for (int key = last; key < RUN_END; key += 32) {
            last = keys.getLong(key + 24) > keys.getLong(last + 24) ? key : last;
        }
        Path scratch = directory.resolve("scratch-" + what);
        try (Journal journal = ChronicleJournal.open(directory.resolve("image"), ONE_FILE)) {
            KeyFileAttempt attempt = new KeyFileAttempt(new KeyFiles(scratch, journal.id(), TestBatch.hash()), 1);
            for (int key = HEADER_BYTES + TABLE_BYTES; key < RUN_END; key += 32) {
                int from = key == last && !changesHash ? HEADER_BYTES + TABLE_BYTES : key;
                long other = key == last && changesHash ? 1 : 0;
                attempt.key(
                        keys.getLong(from),
                        keys.getLong(from + 8),
                        keys.getLong(from + 16) ^ other,
                        keys.getLong(from + 24));
            }
            for (int other = 0; other <= RUN_KEYS; other++) {
                attempt.key(1, 2, 3, 4); // so that the run before is written
            }
            byte[] bytes = Files.readAllBytes(scratch.resolve("0000000001.keys.new"));
            attempt.close();
            return bytes;
        }
    }
}

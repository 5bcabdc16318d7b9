package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.journal.JournalInspection;
import dev.valora.ingest.journal.JournalInspection.FileReport;
import dev.valora.ingest.journal.JournalOptions;
import dev.valora.ingest.keys.KeyFileAttempt;
import dev.valora.ingest.keys.KeyFileCheck;
import dev.valora.ingest.keys.KeyFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
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

/** A key file that is intact and yet not that of its journal file's events is found by reading both. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeyFileCheckTest {

    private static final JournalOptions ONE_FILE =
            new JournalOptions(64 << 20, 64 << 20, 3_000_000_000L, System::nanoTime);
    private static final int EVENTS = 500;

    @TempDir
    static Path directory;

    /** A key that a key file is made of. */
    record Key(long high, long low, long fingerprint, long position) {}

    /** A record that is not an event. */
    private record Other(ByteBuffer bytes, long position) {}

    private UUID journalId = new UUID(0, 0);
    private JournalSpan span = new JournalSpan(1, 1, 0);
    private final List<Key> keys = new ArrayList<>();
    private final List<Other> others = new ArrayList<>();

    /** A meter, events and two voids in one file, which the end seals. */
    @BeforeAll
    void write() {
        try (Writer writer = new Writer(directory.resolve("journal"), ONE_FILE, new ClaimedKeys())) {
            journalId = writer.journal.id();
            writer.withMeter("calls");
            TestBatch batch = writer.batch();
            for (int key = 0; key < EVENTS; key++) {
                batch.event("k" + key, "calls", key, null);
            }
            writer.offered(batch);
            writer.loop.doWork();
            writer.voids("k7");
            writer.voids("k8");
            writer.loop.doWork();
        }
        JournalInspection.Report report = inspect((file, entry) -> collect(entry));
        FileReport file = report.files().getFirst();
        span = new JournalSpan(file.number(), file.firstSequence(), file.lastSequence());
        assertEquals(EVENTS, keys.size());
        assertTrue(others.size() > 2, others.size() + " other records");
    }

    private static JournalInspection.Report inspect(JournalInspection.Entries entries) {
        return JournalInspection.run(directory.resolve("journal"), ONE_FILE, (file, files, sequence) -> {}, entries);
    }

    private void collect(JournalEntry entry) {
        EventHash hash = TestBatch.hash();
        int record = entry.firstRecord();
        for (int i = 0; i < entry.recordCount(); i++) {
            long at = Position.pack(entry.sequence(), i);
            if (entry.recordType(record) == RecordLayout.TYPE_EVENT) {
                hash.hash(entry.bytes(), record);
                keys.add(new Key(hash.high(), hash.low(), hash.fingerprint(), at));
            } else {
                others.add(new Other(
                        ByteBuffer.wrap(Arrays.copyOfRange(entry.bytes(), record, entry.nextRecord(record))), at));
            }
            record = entry.nextRecord(record);
        }
    }

    private KeyFileCheck.Finding found(Path keyFiles, EventHash owner) {
        KeyFileCheck check = new KeyFileCheck(TestBatch.hash());
        inspect(check::entry);
        return check.compare(new KeyFiles(keyFiles, journalId, owner), span);
    }

    private Path written(String name, List<Key> someKeys, List<Other> someOthers) {
        Path keyFiles = directory.resolve(name);
        KeyFileAttempt attempt = new KeyFileAttempt(new KeyFiles(keyFiles, journalId, TestBatch.hash()), span.number());
        someKeys.forEach(key -> attempt.key(key.high(), key.low(), key.fingerprint(), key.position()));
        someOthers.forEach(other -> attempt.other(other.bytes().array(), 0, other.position()));
        assertTrue(attempt.finish(span));
        return keyFiles;
    }

    @Test
    void shouldAcceptTheKeysOfTheJournalFile() {
        Path keyFiles = written("whole", keys, others);
        assertEquals(new KeyFileCheck.Same(), found(keyFiles, TestBatch.hash()));
    }

    /** Keys are grouped by partition, so their order says nothing. */
    @Test
    void shouldAcceptThemInAnotherOrder() {
        assertEquals(new KeyFileCheck.Same(), found(written("reversed", keys.reversed(), others), TestBatch.hash()));
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                arguments("lacks-one", EVENTS - 1, (Consumer<List<Key>>) List::removeLast),
                arguments("has-one-twice", EVENTS + 1, (Consumer<List<Key>>) made -> made.add(made.getFirst())),
                arguments(
                        "has-another",
                        EVENTS,
                        first(key -> new Key(key.high(), key.low() + 1, key.fingerprint(), key.position()))),
                arguments(
                        "content",
                        EVENTS,
                        first(key -> new Key(key.high(), key.low(), key.fingerprint() ^ 1, key.position()))),
                arguments(
                        "position",
                        EVENTS,
                        first(key -> new Key(key.high(), key.low(), key.fingerprint(), key.position() + 1))),
                arguments("exchanged", EVENTS, (Consumer<List<Key>>) made -> {
                    Key one = made.get(0);
                    Key other = made.get(1);
                    made.set(0, new Key(one.high(), one.low(), one.fingerprint(), other.position()));
                    made.set(1, new Key(other.high(), other.low(), other.fingerprint(), one.position()));
                }));
    }

    private static Consumer<List<Key>> first(UnaryOperator<Key> change) {
        return made -> made.set(0, change.apply(made.getFirst()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void shouldFindOtherKeys(String what, long count, Consumer<List<Key>> change) {
        List<Key> made = new ArrayList<>(keys);
        change.accept(made);
        assertEquals(new KeyFileCheck.Different(count, EVENTS), found(written(what, made, others), TestBatch.hash()));
    }

    @Test
    void shouldFindAVoidThatIsMissing() {
        Path keyFiles = written("no-void", keys, others.subList(0, others.size() - 1));
        assertEquals(new KeyFileCheck.Different(EVENTS, EVENTS), found(keyFiles, TestBatch.hash()));
    }

    @Test
    void shouldTellNoneFromOneThatNoStartUses() throws IOException {
        assertEquals(new KeyFileCheck.Missing(), found(directory.resolve("nowhere"), TestBatch.hash()));
        Path keyFiles = written("cut", keys, others);
        EventHash another = new EventHash(new byte[EventHash.SECRET_BYTES]);
        assertInstanceOf(KeyFileCheck.Unusable.class, found(keyFiles, another));
        Path file = keyFiles.resolve("0000000001.keys");
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 5_000));
        assertInstanceOf(KeyFileCheck.Unusable.class, found(keyFiles, TestBatch.hash()));
    }
}

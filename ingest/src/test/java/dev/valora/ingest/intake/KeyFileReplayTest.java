package dev.valora.ingest.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.valora.ingest.EventRecord;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Position;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.EventIdentity;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.JournalOptions;
import dev.valora.ingest.keys.KeyFile;
import dev.valora.ingest.keys.KeyFileAttempt;
import dev.valora.ingest.keys.KeyFiles;
import dev.valora.ingest.keys.KeyLoad;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Key files are as good as the journal, and the journal as good as key files. */
final class KeyFileReplayTest {

    private static final int EVENTS_A_FILE = 3_000;
    private static final int HEADER_BYTES = 96;
    private static final int TABLE_BYTES = 8_200;

    @TempDir
    Path directory;

    private final List<UsageBatch> sent = new ArrayList<>();

    /** What a start found out. */
    private record Known(List<String> keys, List<String> meters, JournalReplay.Counts counts) {}

    /** Does something to a key file. */
    @FunctionalInterface
    interface Damage {
        void to(Path file) throws IOException;
    }

    /** Three journal files, since each start begins one: with meters in the first and the second, and then an empty one. */
    @BeforeEach
    void writeAJournal() {
        for (int file = 0; file < 3; file++) {
            try (Writer writer = new Writer(journalDirectory())) {
                if (file < 2) {
                    writer.withMeter("m" + file);
                } else {
                    writer.loop.archive(TestBatch.ORGANIZATION, "m0");
                    writer.loop.doWork();
                }
                for (int group = 0; group < 3; group++) {
                    TestBatch batch = writer.batch();
                    for (int i = 0; i < EVENTS_A_FILE / 3; i++) {
                        batch.event("f" + file + "g" + group + "k" + i, "m" + Math.min(file, 1), 1, null);
                    }
                    writer.loop.offer(batch.batch());
                    writer.loop.doWork();
                    sent.add(batch.batch());
                }
                writer.loop.close();
            }
        }
    }

    private Path journalDirectory() {
        return directory.resolve("journal");
    }

    private Path keyFile(int number) {
        return directory.resolve("keys").resolve("000000000" + number + ".keys");
    }

    private Journal journal() {
        return ChronicleJournal.open(
                journalDirectory(), new JournalOptions(64 << 20, 64 << 20, 3_000_000_000L, System::nanoTime));
    }

    private KeyFiles keyFiles(Journal journal, EventHash hash) {
        return new KeyFiles(directory.resolve("keys"), journal.id(), hash);
    }

    private Known start() {
        return start(TestBatch.hash());
    }

    private Known start(EventHash ownerOfKeyFiles) {
        try (Journal journal = journal();
                DedupIndex index = new DedupIndex()) {
            MeterDirectory meters = new MeterDirectory();
            JournalReplay.Counts counts = new JournalReplay(TestBatch.hash(), index, meters)
                    .run(journal, keyFiles(journal, ownerOfKeyFiles), (events, sequence, forcedSequence) -> {});
            assertEquals(3L * EVENTS_A_FILE, index.size());
            return new Known(keys(index), describe(meters), counts);
        }
    }

    private List<String> keys(DedupIndex index) {
        List<String> keys = new ArrayList<>();
        for (UsageBatch batch : sent) {
            for (int i = 0; i < batch.size(); i++) {
                assertTrue(index.find(batch.hashHigh[i], batch.hashLow[i]));
                keys.add(batch.hashLow[i] + " " + index.foundFingerprint() + " " + index.foundPosition());
            }
        }
        return keys;
    }

    private static List<String> describe(MeterDirectory meters) {
        return meters.all().stream()
                .map(meter -> meter.definition() + " " + meter.definedAt() + " " + meter.archivedAt())
                .sorted()
                .toList();
    }

    @Test
    void shouldKnowTheSameFromKeyFilesAsFromTheJournal() {
        Known fromJournal = start();
        assertEquals(3L * EVENTS_A_FILE, fromJournal.counts().events());
        assertEquals(0, fromJournal.counts().keys());
        assertEquals(2, fromJournal.meters().size());

        Known fromKeyFiles = start();
        assertEquals(0, fromKeyFiles.counts().entries(), "the journal was read again");
        assertEquals(3L * EVENTS_A_FILE, fromKeyFiles.counts().keys());
        assertEquals(3, fromKeyFiles.counts().meterRecords());
        assertEquals(fromJournal.keys(), fromKeyFiles.keys());
        assertEquals(fromJournal.meters(), fromKeyFiles.meters());
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                arguments("removed", (Damage) Files::delete),
                arguments("emptied", (Damage) file -> cut(file, 0)),
                arguments("cut in the header", (Damage) file -> cut(file, HEADER_BYTES - 1)),
                arguments("cut in the table", (Damage) file -> cut(file, HEADER_BYTES + 100)),
                arguments("cut in the keys", (Damage) file -> cut(file, HEADER_BYTES + TABLE_BYTES + 1_000)),
                arguments("cut at the end", (Damage) file -> cut(file, Files.size(file) - 1)),
                arguments("longer", (Damage) file -> cut(file, Files.size(file) + 1)),
                arguments("flipped in the header", (Damage) file -> flip(file, 60)),
                arguments("flipped in the table", (Damage) file -> flip(file, HEADER_BYTES + 4_000)),
                arguments("flipped in the first key", (Damage) file -> flip(file, HEADER_BYTES + TABLE_BYTES)),
                arguments("flipped in a later key", (Damage) file -> flip(file, HEADER_BYTES + TABLE_BYTES + 50_000)),
                arguments("flipped in the other records", (Damage) file -> flip(file, Files.size(file) - 3)),
                arguments("another one's", (Damage) file -> Files.copy(
                        file.resolveSibling("0000000001.keys"),
                        file,
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING)));
    }

    private static void cut(Path file, long bytes) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(bytes);
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(at);
            int before = access.read();
            access.seek(at);
            access.write(before ^ 0x10);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void shouldReadTheJournalInsteadOfADamagedKeyFileAndMendIt(String name, Damage damage) throws IOException {
        Known good = start();
        byte[] written = Files.readAllBytes(keyFile(2));
        damage.to(keyFile(2));

        Known mended = start();
        assertEquals(good.keys(), mended.keys());
        assertEquals(good.meters(), mended.meters());
        assertEquals(EVENTS_A_FILE, mended.counts().events(), "events read from the journal");
        assertEquals(2L * EVENTS_A_FILE, mended.counts().keys());
        assertArrayEquals(written, Files.readAllBytes(keyFile(2)));
        assertEquals(3L * EVENTS_A_FILE, start().counts().keys());
    }

    @Test
    void shouldKnowAVoidAlsoWhenNothingOfTheJournalIsRead() {
        UsageBatch batch = sent.getFirst();
        long position = Position.pack(2, 0);
        EventRecord event = new EventRecord().wrap(batch.records, batch.recordOffset[0]);
        EventIdentity identity =
                TestBatch.hash().identity(TestBatch.ORGANIZATION, event.key().getBytes(UTF_8));
        try (Writer writer = new Writer(journalDirectory())) {
            writer.loop.voidEvent(identity, new VoidRecord(position, event, "wrong"));
            writer.loop.doWork();
            writer.loop.close();
        }
        for (boolean isRead : new boolean[] {true, false}) {
            try (Journal journal = journal();
                    DedupIndex index = new DedupIndex()) {
                JournalReplay.Counts counts = new JournalReplay(TestBatch.hash(), index, new MeterDirectory())
                        .run(journal, keyFiles(journal, TestBatch.hash()), (events, sequence, forced) -> {});
                assertEquals(isRead, counts.entries() > 0);
                assertTrue(index.find(identity.voidHigh(), identity.voidLow()));
                assertEquals(position, index.foundFingerprint(), "a void leads to its event");
            }
        }
    }

    @Test
    void shouldNotBelieveHashesOfAnotherSecret() {
        start(new EventHash(new byte[EventHash.SECRET_BYTES]));
        assertEquals(3L * EVENTS_A_FILE, start().counts().events());
    }

    @Test
    void shouldStartWhenKeyFilesCannotBeWritten() throws IOException {
        Files.writeString(directory.resolve("keys"), "in the way");
        assertEquals(3L * EVENTS_A_FILE, start().counts().events());
        assertEquals(3L * EVENTS_A_FILE, start().counts().events());
    }

    @Test
    void shouldWriteTheFileOfASealedJournalFileBesideTheWriter() throws IOException {
        start();
        byte[] written = Files.readAllBytes(keyFile(2));
        Files.delete(keyFile(2));
        try (Journal journal = journal()) {
            KeyFileLoop loop = new KeyFileLoop(
                    journal,
                    keyFiles(journal, TestBatch.hash()),
                    TestBatch.hash(),
                    System::nanoTime,
                    new ClaimedKeys());
            int steps = 0;
            while (loop.doWork() > 0) {
                steps++;
            }
            loop.close();
            assertEquals(1, steps);
        }
        assertArrayEquals(written, Files.readAllBytes(keyFile(2)));
        assertFalse(Files.exists(keyFile(9)));
    }

    @Test
    void shouldAskARefusingDiskAgainAMinuteLater() throws IOException {
        Files.writeString(directory.resolve("keys"), "in the way");
        AtomicLong nanos = new AtomicLong();
        try (Journal journal = journal()) {
            KeyFileLoop loop = new KeyFileLoop(
                    journal, keyFiles(journal, TestBatch.hash()), TestBatch.hash(), nanos::get, new ClaimedKeys());
            assertEquals(1, loop.doWork());
            assertEquals(0, loop.doWork());
            Files.delete(directory.resolve("keys"));
            assertEquals(0, loop.doWork());
            nanos.addAndGet(60_000_000_000L);
            while (loop.doWork() > 0) {
                assertTrue(Files.exists(directory.resolve("keys")));
            }
            loop.close();
        }
        assertEquals(3L * EVENTS_A_FILE, start().counts().keys());
    }

    @Test
    void shouldRefuseAKeyThatTwoKeyFilesHold() {
        try (Journal journal = journal();
                DedupIndex index = new DedupIndex()) {
            KeyFiles files = keyFiles(journal, TestBatch.hash());
            List<KeyFile> opened = new ArrayList<>();
            for (JournalSpan span : journal.sealedFiles()) {
                try (KeyFileAttempt attempt = new KeyFileAttempt(files, span.number())) {
                    attempt.key(7, 8, 9, (span.firstSequence() << 20) + 1);
                    assertTrue(attempt.finish(span));
                }
                opened.add(files.open(span).orElseThrow());
            }
            JournalCorruptException refused =
                    assertThrows(JournalCorruptException.class, () -> new KeyLoad(opened, index).run(read -> {}));
            assertEquals(
                    "the event at " + journal.sealedFiles().get(1).firstSequence() + "/1 has the key of the one at 1/1",
                    refused.getMessage());
        }
    }

    /** Whoever stopped it releases the index's memory next, which a thread that still fills it must not touch. */
    @Test
    void shouldHaveNoThreadLeftWhenTheLoadIsStopped() {
        start();
        CancellationException stop = new CancellationException("stopped");
        try (Journal journal = journal();
                DedupIndex index = new DedupIndex()) {
            List<KeyFile> opened = journal.sealedFiles().stream()
                    .filter(span -> !span.isEmpty())
                    .map(span -> keyFiles(journal, TestBatch.hash()).open(span).orElseThrow())
                    .toList();
            KeyLoad stopped = new KeyLoad(opened, index);
            assertSame(
                    stop,
                    assertThrows(
                            CancellationException.class,
                            () -> stopped.run(read -> {
                                throw stop;
                            })));
            assertNoThreadLeft();
            KeyLoad givenUp = new KeyLoad(opened, index);
            givenUp.begin();
            givenUp.close();
            assertNoThreadLeft();
        }
    }

    private static void assertNoThreadLeft() {
        assertEquals(
                List.of(),
                Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("valora-keys-"))
                        .toList());
    }
}

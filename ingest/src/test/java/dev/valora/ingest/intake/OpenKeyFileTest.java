package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.JournalOptions;
import dev.valora.ingest.journal.JournalRemoval;
import dev.valora.ingest.keys.KeyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A key file made of what the writer hands over is, byte for byte, the one made by reading the journal. */
final class OpenKeyFileTest {

    /** Files of about three hundred events. */
    private static final JournalOptions SMALL = new JournalOptions(
            256 << 10, JournalOptions.BLOCK_BYTES_MIN, Duration.ofSeconds(3).toNanos(), System::nanoTime);

    @TempDir
    Path directory;

    private int keys;

    /**
     * @param blocks that the writer may have under way
     * @param keysABlock few, so that blocks end anywhere
     * @param stepsInTen how often the other side works after a step of the writer, in tenths
     */
    @ParameterizedTest
    @CsvSource({"24, 32768, 10", "24, 7, 10", "3, 50, 10", "3, 50, 5", "2, 20, 2", "1, 1, 9"})
    void shouldBeWhatReadingTheJournalMakesOfIt(int blocks, int keysABlock, int stepsInTen) throws IOException {
        long seed = Long.getLong("valora.seed", new Random().nextLong());
        System.out.println("valora.seed=" + seed);
        Random random = new Random(seed);
        Writer writer = new Writer(directory.resolve("journal"), SMALL, new ClaimedKeys(blocks, keysABlock));
        KeyFileLoop loop = following(writer, keyFiles(writer, "keys"), writer.tickerNanos::get);
        for (int step = 0; step < 500; step++) {
            act(writer, random);
            writer.loop.doWork();
            if (random.nextInt(10) < stepsInTen) {
                loop.doWork();
            }
        }
        while (loop.doWork() > 0) {
            // until what was lost is read
        }
        Map<String, byte[]> handedOver = ended(writer, loop);
        Map<String, byte[]> read = madeByReading();
        assertTrue(handedOver.size() >= 4, "only " + handedOver.keySet());
        assertEquals(read.keySet(), handedOver.keySet());
        handedOver.forEach((name, bytes) -> assertArrayEquals(read.get(name), bytes, name));
    }

    /** Who stops has no time to read all that was lost; what is finished all the same is whole. */
    @Test
    void shouldStopInTimeWhateverWasLost() throws IOException {
        Random random = new Random(11);
        Writer writer = new Writer(directory.resolve("journal"), SMALL, new ClaimedKeys(1, 1));
        // Ten seconds pass between two looks at it.
        KeyFileLoop loop = following(
                writer, keyFiles(writer, "keys"), () -> writer.tickerNanos.addAndGet(TimeUnit.SECONDS.toNanos(10)));
        for (int step = 0; step < 300; step++) {
            act(writer, random);
            writer.loop.doWork();
            if (step % 3 == 0) {
                loop.doWork();
            }
        }
        Map<String, byte[]> finished = ended(writer, loop);
        Map<String, byte[]> read = madeByReading();
        assertTrue(read.keySet().containsAll(finished.keySet()), read.keySet() + " " + finished.keySet());
        assertTrue(finished.size() < read.size(), "something was left to the next start: " + finished.keySet());
        finished.forEach((name, bytes) -> assertArrayEquals(read.get(name), bytes, name));
    }

    /** Files may go before what was handed over of them was taken. */
    @Test
    void shouldLeaveAFileThatIsGoneByThen() throws IOException {
        Random random = new Random(7);
        Writer writer = new Writer(directory.resolve("journal"), SMALL, new ClaimedKeys());
        KeyFileLoop loop = following(writer, keyFiles(writer, "keys"), System::nanoTime);
        while (writer.journal.sealedFiles().size() < 5) {
            act(writer, random);
            writer.loop.doWork();
        }
        JournalRemoval removal = new JournalRemoval((ChronicleJournal) writer.journal);
        removal.carry(
                CarriedRecords.ofMeters(writer.meters, Long.MAX_VALUE),
                writer.journal.sealedFiles().get(2).firstSequence());
        removal.removeThrough(2);
        for (int i = 0; i < 1_000; i++) {
            loop.doWork();
            writer.loop.doWork();
        }
        Map<String, byte[]> handedOver = ended(writer, loop);
        Map<String, byte[]> read = madeByReading();
        assertEquals(read.keySet(), handedOver.keySet());
        assertEquals("0000000003.keys", read.keySet().iterator().next());
        handedOver.forEach((name, bytes) -> assertArrayEquals(read.get(name), bytes, name));
    }

    private KeyFiles keyFiles(Writer writer, String name) {
        return new KeyFiles(directory.resolve(name), writer.journal.id(), TestBatch.hash());
    }

    private static KeyFileLoop following(Writer writer, KeyFiles files, Ticker ticker) {
        return new KeyFileLoop(writer.journal, files, TestBatch.hash(), ticker, writer.loop.claimedKeys());
    }

    /** Ends both sides in the order in which the server does; the key files that are there then. */
    private Map<String, byte[]> ended(Writer writer, KeyFileLoop loop) throws IOException {
        writer.loop.close();
        loop.close();
        writer.close();
        loop.finish();
        return content(directory.resolve("keys"));
    }

    private void act(Writer writer, Random random) {
        if (keys == 0) {
            writer.withMeter("calls");
        }
        switch (random.nextInt(8)) {
            case 0 -> writer.withMeter("m" + keys++);
            case 1 -> writer.loop.tick();
            case 2 -> voidSomething(writer, random);
            default -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    writer.loop.offer(batch(writer, random));
                }
            }
        }
    }

    private UsageBatch batch(Writer writer, Random random) {
        TestBatch batch = writer.batch().begin(random.nextInt(4) == 0);
        for (int i = random.nextInt(40); i >= 0; i--) {
            boolean again = random.nextInt(10) == 0;
            String meter = random.nextInt(200) == 0 ? "unknown" : "calls";
            batch.event("k" + (again ? random.nextInt(keys + 1) : keys++), meter, random.nextInt(3), null);
        }
        return batch.batch();
    }

    private void voidSomething(Writer writer, Random random) {
        writer.voids("k" + random.nextInt(keys + 1));
    }

    private Map<String, byte[]> madeByReading() throws IOException {
        try (Writer reopened = new Writer(directory.resolve("journal"), SMALL, new ClaimedKeys())) {
            KeyFiles files = keyFiles(reopened, "read");
            KeyFileLoop loop = following(reopened, files, System::nanoTime);
            while (loop.doWork() > 0) {
                // until every sealed file has its key file
            }
            loop.close();
            for (JournalSpan span : reopened.journal.sealedFiles()) {
                assertTrue(span.isEmpty() || files.isThere(span));
            }
        }
        return content(directory.resolve("read"));
    }

    private static Map<String, byte[]> content(Path keyFiles) throws IOException {
        Map<String, byte[]> content = new TreeMap<>();
        try (var paths = Files.list(keyFiles)) {
            for (Path path : paths.toList()) {
                String name = path.getFileName().toString();
                if (name.toLowerCase(Locale.ROOT).endsWith(".keys")) {
                    content.put(name, Files.readAllBytes(path));
                }
            }
        }
        return content;
    }
}

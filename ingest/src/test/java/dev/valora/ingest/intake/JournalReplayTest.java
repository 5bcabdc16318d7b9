package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EntryDraft;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.admission.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalReplayTest {

    @TempDir
    Path directory;

    private record Hash(long high, long low) {}

    private record Known(long fingerprint, long position) {}

    /** {@code mvn test -Dtest=JournalReplayTest -Dvalora.seed=…} repeats a case. */
    @Test
    void shouldRebuildWhatTheWriterKnew() {
        long seed = Long.getLong("valora.seed", 20_261_122L);
        System.out.println("JournalReplayTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<UsageBatch> sent = new ArrayList<>();
        Map<Hash, Known> live = new HashMap<>();
        List<String> liveMeters;
        try (Writer writer = new Writer(directory)) {
            for (int step = 0; step < 120; step++) {
                takeAStep(writer, random, step, sent);
            }
            writer.loop.close();
            sent.forEach(batch -> live.putAll(known(batch, writer.index)));
            assertEquals(live.size(), writer.index.size());
            liveMeters = describe(writer.meters);
        }
        assertTrue(live.size() > 500, "only " + live.size() + " keys");

        List<Long> progress = new ArrayList<>();
        try (Writer again = new Writer(directory);
                DedupIndex index = new DedupIndex()) {
            MeterDirectory meters = new MeterDirectory();
            JournalReplay.Counts counts = new JournalReplay(TestBatch.hash(), index, meters)
                    .run(again.journal, (events, sequence, forcedSequence) -> progress.add(events));
            Map<Hash, Known> rebuilt = new HashMap<>();
            sent.forEach(batch -> rebuilt.putAll(known(batch, index)));
            assertEquals(live, rebuilt);
            assertEquals(live.size(), index.size());
            assertEquals(liveMeters, describe(meters));
            assertEquals(live.size(), counts.events());
            assertEquals(again.journal.forcedSequence(), counts.entries());
            assertEquals(List.of(counts.events()), progress);
        }
    }

    private static void takeAStep(Writer writer, SplittableRandom random, int step, List<UsageBatch> sent) {
        if (step % 20 == 0) {
            writer.loop.define(Writer.meter("m" + step / 20));
        }
        if (step % 40 == 39) {
            writer.loop.archive(TestBatch.ORGANIZATION, "m" + step / 40);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            TestBatch batch = writer.batch().begin(random.nextInt(5) == 0);
            for (int n = random.nextInt(40); n > 0; n--) {
                Long micros = random.nextBoolean() ? null : (Long) (Writer.START_MICROS - random.nextLong(1_000));
                batch.event("k" + random.nextInt(4_000), "m" + random.nextInt(7), random.nextInt(2), micros);
            }
            writer.loop.offer(batch.batch());
            sent.add(batch.batch());
        }
        writer.clockMicros.addAndGet(random.nextLong(-500, 1_000));
        writer.loop.doWork();
    }

    private static Map<Hash, Known> known(UsageBatch batch, DedupIndex index) {
        Map<Hash, Known> known = new HashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            if (index.find(batch.hashHigh[i], batch.hashLow[i])) {
                known.put(
                        new Hash(batch.hashHigh[i], batch.hashLow[i]),
                        new Known(index.foundFingerprint(), index.foundPosition()));
            }
        }
        return known;
    }

    private static List<String> describe(MeterDirectory meters) {
        return meters.all().stream()
                .map(meter -> meter.definition() + " " + meter.definedAt() + " " + meter.archivedAt())
                .sorted()
                .toList();
    }

    @Test
    void shouldKeepARetryADuplicateAfterARestart() {
        try (Writer writer = new Writer(directory).withMeter("calls")) {
            writer.loop.offer(writer.batch().event("k1", "calls", 1, null).batch());
            writer.loop.doWork();
        }
        try (Writer writer = new Writer(directory)) {
            writer.clockMicros.addAndGet(3_600_000_000L);
            TestBatch retry = writer.batch().event("k1", "calls", 1, null).event("k1", "calls", 2, null);
            writer.loop.offer(retry.batch());
            writer.loop.doWork();
            assertEquals(List.of(Verdict.DUPLICATE, Verdict.CONFLICT), retry.verdicts());
        }
    }

    @Test
    void shouldRefuseAJournalThatHoldsAKeyTwice() {
        try (Writer writer = new Writer(directory).withMeter("calls")) {
            UsageBatch batch = writer.batch().event("k1", "calls", 1, null).batch();
            EntryDraft entry = new EntryDraft();
            for (int i = 0; i < 2; i++) {
                entry.begin(writer.journal.forcedSequence() + 1, Writer.START_MICROS);
                entry.appendEvents(batch.records, 0, batch.recordsLength(), 1);
                entry.seal();
                writer.journal.commit(entry.bytes(), entry.length());
            }
            assertEquals(
                    "the event at 3/0 has the key of the one at 2/0",
                    assertThrows(JournalCorruptException.class, () -> replay(writer))
                            .getMessage());
        }
    }

    @Test
    void shouldRefuseARecordOfAnUnknownType() {
        try (Writer writer = new Writer(directory)) {
            byte[] record = new byte[8];
            RecordLayout.putInt(record, RecordLayout.RECORD_LENGTH, record.length);
            record[RecordLayout.RECORD_TYPE] = 99;
            EntryDraft entry = new EntryDraft();
            entry.begin(1, Writer.START_MICROS);
            entry.append(record);
            entry.seal();
            writer.journal.commit(entry.bytes(), entry.length());
            assertEquals(
                    "unknown record type 99 at 1/0: written by a newer version?",
                    assertThrows(JournalCorruptException.class, () -> replay(writer))
                            .getMessage());
        }
    }

    private static void replay(Writer writer) {
        try (DedupIndex index = new DedupIndex()) {
            new JournalReplay(TestBatch.hash(), index, new MeterDirectory())
                    .run(writer.journal, (events, sequence, forcedSequence) -> {});
        }
    }
}

package dev.valora.ingest.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.ingest.Aggregation;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.IntakeObserver;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.WallClock;
import dev.valora.ingest.admission.Admission;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.intake.Intake.Offer;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.DiskLimits;
import dev.valora.ingest.journal.Durability;
import dev.valora.ingest.journal.JournalOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A single writer on a real journal, with a clock and a ticker that only the test turns. */
final class Writer implements AutoCloseable {

    static final long START_MICROS = 1_700_000_000_000_000L;
    static final long SOFT_BYTES = 200 << 20;
    static final long HARD_BYTES = 100 << 20;

    private static final JournalOptions STANDARD =
            new JournalOptions(64 << 20, 64 << 20, 3_000_000_000L, System::nanoTime);

    final AtomicLong clockMicros = new AtomicLong(START_MICROS);
    final AtomicLong tickerNanos = new AtomicLong();
    final AtomicBoolean clockTrusted = new AtomicBoolean(true);
    final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);
    final Recorder observer = new Recorder();
    final MeterDirectory meters = new MeterDirectory();
    final DedupIndex index = new DedupIndex();
    final Journal journal;
    final IntakeLoop loop;

    /** What the observer was told, added up. */
    static final class Recorder implements IntakeObserver {
        final List<String> commits = new ArrayList<>();
        final List<String> fates = new ArrayList<>();

        @Override
        public void onCommit(int batches, int events, int bytes, long nanos) {
            commits.add(batches + " batches, " + events + " events");
        }

        @Override
        public void onJudged(int accepted, int duplicates, int conflicts) {
            fates.add("accepted " + accepted + ", duplicates " + duplicates + ", conflicts " + conflicts);
        }

        @Override
        public void onRejected(String code, int events) {
            fates.add(code + " " + events);
        }

        @Override
        public void onVoided(int events) {
            fates.add("voided " + events);
        }
    }

    /** An entry as it was read back. */
    record Entry(long sequence, long acceptedMicros, List<String> records) {}

    /** Shows what the test has set, and is believed as the test says. */
    private final class Clock implements WallClock {
        @Override
        public long epochMicros() {
            return clockMicros.get();
        }

        @Override
        public boolean isTrusted(long epochMicros) {
            return clockTrusted.get();
        }
    }

    Writer(Path directory) {
        this(directory, Long.MIN_VALUE, journal -> journal);
    }

    Writer(Path directory, long acceptedFloorMicros, UnaryOperator<Journal> around) {
        this(directory, acceptedFloorMicros, around, STANDARD, new ClaimedKeys());
    }

    /** One that rolls as the options say, and hands its keys over. */
    Writer(Path directory, JournalOptions options, ClaimedKeys claimed) {
        this(directory, Long.MIN_VALUE, journal -> journal, options, claimed);
    }

    private Writer(
            Path directory,
            long acceptedFloorMicros,
            UnaryOperator<Journal> around,
            JournalOptions options,
            ClaimedKeys claimed) {
        journal = around.apply(ChronicleJournal.open(
                directory,
                options.with(new DiskLimits(SOFT_BYTES, HARD_BYTES, ignored -> freeBytes.get()), Durability.FSYNC)));
        new JournalReplay(TestBatch.hash(), index, meters).run(journal, (events, sequence, forcedSequence) -> {});
        loop = new IntakeLoop(
                new IntakeLoop.Ports(journal, new Clock(), tickerNanos::get, observer),
                new IntakeLoop.Journaled(meters, new Admission(index, 90), VoidReach.of(journal, 0)),
                acceptedFloorMicros,
                claimed);
    }

    /** Defines a meter and steps the writer once. */
    Writer withMeter(String code) {
        loop.define(meter(code));
        loop.doWork();
        return this;
    }

    static MeterDefinition meter(String code) {
        return new MeterDefinition(TestBatch.ORGANIZATION, code, Aggregation.SUM, code, null, List.of(), 60);
    }

    TestBatch batch() {
        return new TestBatch(meters);
    }

    /** A batch of 6 MB, of which an entry holds two. */
    TestBatch large(String prefix) {
        TestBatch large = batch();
        for (int i = 0; i < 120; i++) {
            large.largeEvent(prefix + i, "calls");
        }
        return large;
    }

    /** Has the writer void an event of the meter {@code calls}, whether or not there is one. */
    void voids(String key) {
        UsageBatch sent = batch().event(key, "calls", 1, null).batch();
        EventRecord event = new EventRecord().wrap(sent.records, sent.recordOffset[0]);
        loop.voidEvent(
                TestBatch.hash().identity(TestBatch.ORGANIZATION, key.getBytes(UTF_8)),
                new VoidRecord(1L << 20, event, "a test"));
    }

    /** Offers a batch, which must be taken; the writer is not stepped. */
    TestBatch offered(TestBatch batch) {
        assertEquals(Offer.TAKEN, loop.offer(batch.batch()));
        return batch;
    }

    /** Everything on disk: events by their key, other records by their type. */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        try (JournalReader reader = journal.reader(1)) {
            for (JournalEntry entry = reader.poll(); entry != null; entry = reader.poll()) {
                List<String> records = new ArrayList<>();
                int at = entry.firstRecord();
                for (int i = 0; i < entry.recordCount(); i++) {
                    records.add(
                            switch (entry.recordType(at)) {
                                case RecordLayout.TYPE_EVENT ->
                                    new EventRecord().wrap(entry.bytes(), at).key();
                                case RecordLayout.TYPE_METER_DEFINED -> "defined";
                                case RecordLayout.TYPE_METER_ARCHIVED -> "archived";
                                case RecordLayout.TYPE_EVENT_VOIDED ->
                                    "voided "
                                            + new EventRecord()
                                                    .wrap(entry.bytes(), VoidRecord.eventOffset(at))
                                                    .key();
                                default -> "unknown";
                            });
                    at = entry.nextRecord(at);
                }
                entries.add(new Entry(entry.sequence(), entry.acceptedMicros(), records));
            }
        }
        return entries;
    }

    /** The records of every entry, in order. */
    List<List<String>> records() {
        return entries().stream().map(Entry::records).toList();
    }

    @Override
    public void close() {
        index.close();
        journal.close();
    }
}

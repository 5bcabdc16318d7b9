package dev.valora.aggregator;

import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.Position;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.intake.JournalReplay;
import dev.valora.ingest.intake.VoidReach;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.JournalOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The real journal in a directory of the test, written as the intake would. One thread. */
public final class TestJournal implements AutoCloseable {

    private final ChronicleJournal journal;
    private final MeterDirectory meters = new MeterDirectory();

    private final VoidReach reach;

    /** A journal that is kept for ever. */
    public TestJournal(Path directory) {
        this(directory, 0);
    }

    /** Opens the journal and replays it, if there is one. */
    public TestJournal(Path directory, int keptDays) {
        journal = ChronicleJournal.open(
                directory, new JournalOptions(64 << 20, 1 << 20, 3_000_000_000L, System::nanoTime));
        reach = VoidReach.of(journal, keptDays);
        try (DedupIndex index = new DedupIndex()) {
            new JournalReplay(new EventHash(new byte[EventHash.SECRET_BYTES]), index, meters, reach)
                    .run(journal, (events, sequence, forcedSequence) -> {});
        }
    }

    public ChronicleJournal journal() {
        return journal;
    }

    /** To be asked before a void is committed. */
    public VoidReach reach() {
        return reach;
    }

    public MeterDirectory meters() {
        return meters;
    }

    /** Appends one entry of events; none make a tick. Returns its sequence. */
    public long commit(String accepted, Entries.Event... events) {
        return commit(
                Instant.parse(accepted),
                Arrays.stream(events).map(Entries.Event::record).toList());
    }

    /** Appends one entry. Returns its sequence. */
    public long commit(Instant accepted, List<byte[]> records) {
        long sequence = journal.forcedSequence() + 1;
        byte[] entry = Entries.entry(sequence, accepted, records);
        journal.commit(entry, entry.length);
        return sequence;
    }

    /** Appends an entry of definitions and tells the directory. */
    public long define(String accepted, MeterDefinition... definitions) {
        long sequence = journal.forcedSequence() + 1;
        List<byte[]> records = new ArrayList<>();
        for (MeterDefinition definition : definitions) {
            meters.define(definition, Position.pack(sequence, records.size()));
            records.add(MeterRecords.encode(definition));
        }
        return commit(Instant.parse(accepted), records);
    }

    @Override
    public void close() {
        journal.close();
    }
}

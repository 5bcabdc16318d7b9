package dev.valora.ingest.intake;

import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.JournalSpan;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The real journal, and a test that comes in between.
 *
 * @param beforeShow run on the writer's thread when a batch was judged
 * @param beforeCommit run on the writer's thread when a group was; what it throws is thrown by the commit
 */
record WatchedJournal(Journal journal, Runnable beforeShow, Runnable beforeCommit) implements Journal {

    @Override
    public UUID id() {
        return journal.id();
    }

    @Override
    public long forcedSequence() {
        return journal.forcedSequence();
    }

    @Override
    public long lastAcceptedMicros() {
        return journal.lastAcceptedMicros();
    }

    @Override
    public Space space() {
        return journal.space();
    }

    @Override
    public boolean reserve(int bytes) {
        return journal.reserve(bytes);
    }

    @Override
    public void commit(byte[] entry, int length) {
        beforeCommit.run();
        journal.commit(entry, length);
    }

    @Override
    public void show(byte[] entry, int length) {
        beforeShow.run();
        journal.show(entry, length);
    }

    @Override
    public long firstSequence() {
        return journal.firstSequence();
    }

    @Override
    public long removedThroughMicros() {
        return journal.removedThroughMicros();
    }

    @Override
    public CarriedRecords carried() {
        return journal.carried();
    }

    @Override
    public long openFile() {
        return journal.openFile();
    }

    @Override
    public List<JournalSpan> sealedFiles() {
        return journal.sealedFiles();
    }

    @Override
    public JournalReader reader(long firstSequence) {
        return journal.reader(firstSequence);
    }

    @Override
    public @Nullable JournalEntry read(long sequence) {
        return journal.read(sequence);
    }

    @Override
    public void close() {
        journal.close();
    }
}

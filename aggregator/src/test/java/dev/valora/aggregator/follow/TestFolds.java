package dev.valora.aggregator.follow;

import dev.valora.aggregator.FoldObserver;
import dev.valora.aggregator.TestJournal;
import dev.valora.aggregator.store.WindowStore;
import dev.valora.ingest.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Folds of a test's journal into a real PostgreSQL, by one ticker that only the test turns. One thread. */
public final class TestFolds {

    private final TestJournal journal;
    private final Database database;
    private final Recorder observer = new Recorder();
    private long nowNanos = 1;

    /** What the folds said, in its order, and how much of the journal they read again. */
    private static final class Recorder implements FoldObserver {
        private final List<String> observed = new ArrayList<>();
        private long recountedEntries;

        @Override
        public void onFolded(int entries, int records) {}

        @Override
        public void onFlushed(int windows, long events, long nanos) {
            observed.add("flushed " + windows + " " + events);
        }

        @Override
        public void onSkipped(long events) {
            observed.add("skipped " + events);
        }

        @Override
        public void onFlushFailed(RuntimeException cause) {
            observed.add("failed");
        }

        @Override
        public void onMemoryDropped() {
            observed.add("dropped");
        }

        @Override
        public void onRecounted(int windows, long entries) {
            observed.add("recounted " + windows + " " + entries);
            recountedEntries += entries;
        }
    }

    public TestFolds(TestJournal journal, Database database) {
        this.journal = journal;
        this.database = database;
    }

    /** A fold that begins with what PostgreSQL has now. */
    public FoldLoop open() {
        return open(FoldSettings.DEFAULT);
    }

    /** The same with other settings. */
    FoldLoop open(FoldSettings settings) {
        return new FoldLoop(
                new FollowedJournal(journal.journal(), journal.meters()),
                new WindowStore(database),
                this::nanos,
                observer,
                settings);
    }

    /** What the ticker shows. */
    long nanos() {
        return nowNanos;
    }

    /** Turns the ticker. */
    void pass(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Steps a fold until everything that is in the journal is applied. */
    public void apply(FoldLoop fold) {
        while (fold.appliedSequence() < journal.journal().forcedSequence()) {
            pass(10_000);
            fold.doWork();
        }
    }

    /** What all folds said; the test may clear it. */
    List<String> observed() {
        return observer.observed;
    }

    /** How many entries were read again for windows whose greatest value went. */
    long recountedEntries() {
        return observer.recountedEntries;
    }
}

package dev.valora.aggregator;

/** Watches the fold, for metrics. Called on the aggregator's thread; must not block or throw. */
public interface FoldObserver {

    /** Watches nothing. */
    FoldObserver NONE = new FoldObserver() {
        @Override
        public void onFolded(int entries, int records) {}

        @Override
        public void onFlushed(int windows, long events, long nanos) {}

        @Override
        public void onSkipped(long events) {}

        @Override
        public void onFlushFailed(RuntimeException cause) {}

        @Override
        public void onMemoryDropped() {}

        @Override
        public void onRecounted(int windows, long entries) {}
    };

    /** Entries were taken into memory; ticks count as entries without records. */
    void onFolded(int entries, int records);

    /**
     * A flush is committed.
     *
     * @param windows rows written; 0 when only the watermark moved
     * @param events in these rows; an event that feeds two meters counts twice
     * @param nanos from the first statement to the commit
     */
    void onFlushed(int windows, long events, long nanos);

    /** Part of a committed flush: events that a meter skipped because they lack a decimal where the meter looks for it. */
    void onSkipped(long events);

    /** A flush or the reading of the checkpoint failed and will be tried again; its outcome may be unknown. */
    void onFlushFailed(RuntimeException cause);

    /** The stored checkpoint was not the expected one: what was folded is read again from it. */
    void onMemoryDropped();

    /**
     * The windows that one void takes a maximum from were looked at.
     *
     * @param windows one for each such meter
     * @param entries of the journal that were read for it; 0 when none of them lost its greatest value
     */
    void onRecounted(int windows, long entries);
}

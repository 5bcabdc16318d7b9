package dev.valora.ingest;

/** Watches the single writer, for metrics. Called on the writer's thread; must not block or throw. */
public interface IntakeObserver {

    /** Watches nothing. */
    IntakeObserver NONE = new IntakeObserver() {
        @Override
        public void onCommit(int batches, int events, int bytes, long nanos) {}

        @Override
        public void onJudged(int accepted, int duplicates, int conflicts) {}

        @Override
        public void onRejected(String code, int events) {}

        @Override
        public void onVoided(int events) {}
    };

    /**
     * One group commit is on disk.
     *
     * @param batches requests whose events it holds
     * @param events accepted events in it
     * @param bytes of the entry
     * @param nanos from the append to the end of the force
     */
    void onCommit(int batches, int events, int bytes, long nanos);

    /** The fates of one batch. */
    void onJudged(int accepted, int duplicates, int conflicts);

    /** Events refused by admission, by the code of the HTTP contract. */
    void onRejected(String code, int events);

    /** Voids of so many events are on disk. */
    void onVoided(int events);
}

package dev.valora.config;

import dev.valora.ingest.IntakeObserver;

/**
 * Tells the aggregator of every group commit, so that it need not look for entries, and passes everything on. The writer's
 * thread.
 *
 * @param wake must neither block nor throw
 */
record WakingObserver(IntakeObserver next, Runnable wake) implements IntakeObserver {

    @Override
    public void onCommit(int batches, int events, int bytes, long nanos) {
        wake.run();
        next.onCommit(batches, events, bytes, nanos);
    }

    @Override
    public void onJudged(int accepted, int duplicates, int conflicts) {
        next.onJudged(accepted, duplicates, conflicts);
    }

    @Override
    public void onRejected(String code, int events) {
        next.onRejected(code, events);
    }

    @Override
    public void onVoided(int events) {
        next.onVoided(events);
    }
}

package dev.valora.ingest.keys;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the memory of the runs of one key file for the next. It is off the heap, so it would be given back only when what owns it
 * on the heap is collected: after minutes or, once that is old, not before all memory off the heap is used up. Any thread.
 */
final class KeyRuns {

    private final AtomicReference<@Nullable KeyRun> spare = new AtomicReference<>();

    /** An empty run, to be given back. */
    KeyRun take() {
        KeyRun kept = spare.getAndSet(null);
        return kept == null ? new KeyRun() : kept;
    }

    /** Takes a run back that nobody uses any more; what is in it is gone. */
    void giveBack(KeyRun run) {
        run.clear();
        spare.set(run);
    }
}

package dev.valora.bench.fuzz;

import dev.valora.ingest.admission.UsageBatch;

/** Listens to batches that are parsed and that no writer gets. Any thread. */
public final class Unheard implements UsageBatch.Listener {

    @Override
    public void onDurable(UsageBatch batch) {
        throw new IllegalStateException("nobody writes here");
    }

    @Override
    public void onFailed(UsageBatch batch) {
        throw new IllegalStateException("nobody writes here");
    }
}

package dev.valora.aggregator.store;

/** What became of a flush that PostgreSQL answered. */
public sealed interface FlushOutcome {

    /** The deltas are written and the checkpoint has moved. */
    record Applied() implements FlushOutcome {}

    /** An earlier try was committed although its answer was lost; nothing was written now. */
    record AlreadyApplied() implements FlushOutcome {}

    /** The stored checkpoint is another one; nothing was written. The deltas must be dropped and folded again from it. */
    record Superseded(Checkpoint stored) implements FlushOutcome {}
}

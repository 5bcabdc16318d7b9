package dev.valora.billing.schedule;

import dev.valora.billing.cycles.Batch;
import java.util.Set;
import java.util.UUID;

/** What became of a batch that was tried. */
sealed interface Attempt {

    /** It was committed; those of it that failed were set aside in it. */
    record Done() implements Attempt {}

    /**
     * It was undone as a whole, and it is not known who of it is to blame.
     *
     * @param failure what undid it
     * @param timeout whether it took too long
     * @param claimed the subscriptions that it had taken on; empty when it failed before
     */
    record Undone(Batch.Failure failure, boolean timeout, Set<UUID> claimed) implements Attempt {

        public Undone {
            claimed = Set.copyOf(claimed);
        }
    }
}

package dev.valora.config.clock;

import java.time.Instant;
import java.util.List;

/**
 * Something that has to be done when its time has come. When an operator turns the clock, all of it that is due by the new
 * time is done before the answer, in the order of the due times.
 */
@FunctionalInterface
public interface DueWork {

    /**
     * A piece of work that failed and was put aside, so that the rest could go on.
     *
     * @param what names it for a person, such as a subscription's id
     * @param due when it should have been done
     * @param error a sentence
     */
    record SetAside(String what, Instant due, String error) {}

    /** Does everything due by this instant and returns what failed. Blocks; on a virtual thread. */
    List<SetAside> doAllDueBy(Instant now);
}

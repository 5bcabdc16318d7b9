package dev.valora.config.demo;

import java.util.Optional;

/**
 * How large the demo is.
 *
 * @param customers 1 to {@value #CUSTOMERS_MAX}, each with one subscription
 * @param events 1 to {@value #EVENTS_MAX} usage events in all, duplicates not counted
 */
public record DemoScale(int customers, int events) {

    /** With more, finding customers' names gets dull. */
    public static final int CUSTOMERS_MAX = 1_000;

    /** All of them are held in memory, to be billed a second time. */
    public static final int EVENTS_MAX = 1_000_000;

    public DemoScale {
        Optional<String> problem = problem(customers, events);
        if (problem.isPresent()) {
            throw new IllegalArgumentException(problem.get());
        }
    }

    /** What is wrong with such a scale, as a sentence. */
    public static Optional<String> problem(int customers, int events) {
        if (customers < 1 || customers > CUSTOMERS_MAX) {
            return Optional.of("--customers takes 1 to " + CUSTOMERS_MAX + ", not " + customers + ".");
        }
        if (events < 1 || events > EVENTS_MAX) {
            return Optional.of("--events takes 1 to " + EVENTS_MAX + ", not " + events + ".");
        }
        return Optional.empty();
    }
}

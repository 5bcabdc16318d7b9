package dev.valora.bench.server;

import java.time.Duration;

/**
 * Processor time, of all cores together.
 *
 * @param user in the program itself
 * @param system in the kernel, for the program
 */
public record ProcessorTime(Duration user, Duration system) {

    /** None. */
    public static final ProcessorTime NONE = new ProcessorTime(Duration.ZERO, Duration.ZERO);

    /** Both. */
    public Duration total() {
        return user.plus(system);
    }

    /** The sum of two. */
    public ProcessorTime plus(ProcessorTime other) {
        return new ProcessorTime(user.plus(other.user), system.plus(other.system));
    }

    /** What was used since an earlier look; never less than nothing, because what ended is no longer counted. */
    public ProcessorTime since(ProcessorTime earlier) {
        return new ProcessorTime(atLeastZero(user.minus(earlier.user)), atLeastZero(system.minus(earlier.system)));
    }

    private static Duration atLeastZero(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}

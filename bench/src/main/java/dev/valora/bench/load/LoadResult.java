package dev.valora.bench.load;

import java.util.Locale;

/**
 * The figures of one run.
 *
 * @param total fates of the whole run, warm-up included: what the server should hold now
 * @param measured fates of the answers read in the measured time
 * @param seconds measured
 * @param latency of the measured requests
 * @param generatorCpuMicros processor time of the sending threads in the measured time
 */
public record LoadResult(Fates total, Fates measured, double seconds, Latency latency, double generatorCpuMicros) {

    /** Milliseconds from the first byte of a request to the last byte of its answer. */
    public record Latency(double p50Millis, double p99Millis, double maxMillis) {}

    /** Accepted and duplicate events a second. */
    public double eventsPerSecond() {
        return seconds == 0 ? 0 : measured.acknowledged() / seconds;
    }

    /** Requests answered a second, whatever the answer. */
    public double requestsPerSecond() {
        return seconds == 0 ? 0 : measured.requests() / seconds;
    }

    /** What the generator itself costs: processor time an event in microseconds. */
    public double generatorMicrosPerEvent() {
        return measured.events() == 0 ? 0 : generatorCpuMicros / measured.events();
    }

    /** Several lines for people. */
    public String toText() {
        return String.format(
                Locale.ROOT,
                """
                %,.0f events/s  %,.0f requests/s  over %.2f s
                latency p50 %.2f ms  p99 %.2f ms  max %.2f ms
                measured: %s
                in all:   %s
                generator %.3f µs of processor time an event
                """,
                eventsPerSecond(),
                requestsPerSecond(),
                seconds,
                latency.p50Millis(),
                latency.p99Millis(),
                latency.maxMillis(),
                text(measured),
                text(total),
                generatorMicrosPerEvent());
    }

    private static String text(Fates fates) {
        return String.format(
                Locale.ROOT,
                "%,d events: accepted %,d, duplicates %,d, conflicts %,d, rejected %,d, refused %,d, unavailable %,d, unknown %,d",
                fates.events(),
                fates.accepted(),
                fates.duplicates(),
                fates.conflicts(),
                fates.rejected(),
                fates.refused(),
                fates.unavailable(),
                fates.unknown());
    }
}

package dev.valora.bench.load;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The figures of one run.
 *
 * @param total fates of the whole run, warm-up included: what the server should hold now
 * @param measured fates of the measured requests
 * @param times of the measured requests
 * @param acknowledgedBySecond events acknowledged in each second of the run, warm-up included
 */
public record LoadResult(Fates total, Fates measured, Times times, List<Long> acknowledgedBySecond) {

    public LoadResult {
        acknowledgedBySecond = List.copyOf(acknowledgedBySecond);
    }

    /**
     * What was timed.
     *
     * @param seconds measured
     * @param latency of the measured requests
     * @param behind how far the generator fell behind its plan; zeros in a closed loop
     * @param generatorCpuMicros processor time of the sending threads in the measured time
     */
    public record Times(double seconds, Latency latency, Behind behind, double generatorCpuMicros) {}

    /**
     * Milliseconds to the last byte of an answer: in a closed loop from the first byte of its request, in an open loop from when
     * that was meant to be sent.
     */
    public record Latency(double p50Millis, double p90Millis, double p99Millis, double p999Millis, double maxMillis) {}

    /**
     * Milliseconds from when requests were meant to be sent to when they were, for want of a free connection or of time; part of
     * the latencies.
     *
     * @param unsentRequests meant to be sent before the end of the run, and never sent; counted in the latencies up to that end
     */
    public record Behind(double p99Millis, double maxMillis, long unsentRequests) {}

    /** Of the measured requests. */
    public Latency latency() {
        return times.latency;
    }

    /** How far the generator fell behind its plan. */
    public Behind behind() {
        return times.behind;
    }

    /** Accepted and duplicate events a second. */
    public double eventsPerSecond() {
        return times.seconds == 0 ? 0 : measured.acknowledged() / times.seconds;
    }

    /** Requests answered a second, whatever the answer. */
    public double requestsPerSecond() {
        return times.seconds == 0 ? 0 : measured.requests() / times.seconds;
    }

    /** What the generator itself costs: processor time an event in microseconds. */
    public double generatorMicrosPerEvent() {
        return measured.events() == 0 ? 0 : times.generatorCpuMicros / measured.events();
    }

    /** Several lines for people. */
    public String toText() {
        return String.format(
                Locale.ROOT,
                """
                %,.0f events/s  %,.0f requests/s  over %.2f s
                latency p50 %.2f ms  p90 %.2f ms  p99 %.2f ms  p99.9 %.2f ms  max %.2f ms
                sent late p99 %.2f ms  max %.2f ms  never sent %,d requests
                measured: %s
                in all:   %s
                generator %.3f µs of processor time an event
                """,
                eventsPerSecond(),
                requestsPerSecond(),
                times.seconds,
                latency().p50Millis(),
                latency().p90Millis(),
                latency().p99Millis(),
                latency().p999Millis(),
                latency().maxMillis(),
                behind().p99Millis(),
                behind().maxMillis(),
                behind().unsentRequests(),
                text(measured),
                text(total),
                generatorMicrosPerEvent());
    }

    /** Events acknowledged in each second, on one line. */
    public String bySecond() {
        return acknowledgedBySecond.stream()
                .map(events -> String.format(Locale.ROOT, "%,d", events))
                .collect(Collectors.joining("  "));
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

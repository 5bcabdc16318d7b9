package dev.valora.bench.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What one run sends, to whom and for how long.
 *
 * @param address of the server; resolved
 * @param key the organization's API key, sent as a bearer token
 * @param shape of the traffic
 * @param bounds where the run ends
 * @param eventTime carried by every event, in whole seconds
 * @param run distinguishes the idempotency keys of this run from those of any other
 */
public record LoadPlan(InetSocketAddress address, String key, Shape shape, Bounds bounds, Instant eventTime, int run) {

    public LoadPlan {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("unknown host: " + address.getHostString());
        }
        eventTime = eventTime.truncatedTo(ChronoUnit.SECONDS);
    }

    /**
     * The traffic's shape.
     *
     * @param threads that send, 1 to 64
     * @param connections over all threads, each with one request in flight, at least one a thread and at most 4,096
     * @param eventsPerRequest 1 to 10,000; one is sent as an object, more as an array
     * @param customers distinct customers, 1 to 2³¹−1
     * @param meters distinct meters, 1 to 65,536; the first has the code {@code load_0000}
     * @param duplicatesPerMille events of a thousand that repeat an earlier one
     */
    public record Shape(
            int threads, int connections, int eventsPerRequest, int customers, int meters, int duplicatesPerMille) {

        public Shape {
            require(threads >= 1 && threads <= 64, "threads must be 1 to 64");
            require(connections >= threads && connections <= 4_096, "connections must be threads to 4096");
            require(eventsPerRequest >= 1 && eventsPerRequest <= 10_000, "events a request must be 1 to 10000");
            require(customers >= 1, "customers must be at least 1");
            require(meters >= 1 && meters <= 65_536, "meters must be 1 to 65536");
            require(duplicatesPerMille >= 0 && duplicatesPerMille <= 1_000, "duplicates must be 0 to 1000 per mille");
        }
    }

    /**
     * The run ends at whichever comes first; what is in flight then is waited for.
     *
     * @param events sent at most, warm-up included; at most 1,000,000,000
     * @param warmUp sent but not measured
     * @param measured the time measured after the warm-up; at most an hour together
     * @param answerTimeout how long an answer may take before its events count as unknown
     */
    public record Bounds(long events, Duration warmUp, Duration measured, Duration answerTimeout) {

        public Bounds {
            require(events >= 1 && events <= 1_000_000_000L, "events must be 1 to 1000000000");
            require(!warmUp.isNegative() && measured.isPositive(), "durations must be positive");
            require(warmUp.plus(measured).compareTo(Duration.ofHours(1)) <= 0, "a run takes at most an hour");
            require(answerTimeout.isPositive(), "the answer time-out must be positive");
        }
    }

    /** The code of meter {@code index}, counted from 0. */
    public static String meterCode(int index) {
        return "load_" + java.util.HexFormat.of().toHexDigits(index, 4);
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}

package dev.valora.bench.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * What one run sends, to whom, when and for how long.
 *
 * @param destination that is sent to
 * @param shape of the traffic
 * @param pace at which requests go out
 * @param bounds where the run ends
 * @param events that are sent
 */
public record LoadPlan(Destination destination, Shape shape, Pace pace, Bounds bounds, Events events) {

    /**
     * Who is sent to.
     *
     * @param address of the server; resolved
     * @param key the organization's API key, sent as a bearer token
     */
    public record Destination(InetSocketAddress address, String key) {

        public Destination {
            require(!address.isUnresolved(), "unknown host: " + address.getHostString());
        }
    }

    /**
     * The traffic's shape.
     *
     * @param threads that send, 1 to 64
     * @param connections over all threads, each with one request in flight, at least one a thread and at most 4,096
     * @param eventsPerRequest 1 to 10,000; one is sent as an object, more as an array
     */
    public record Shape(int threads, int connections, int eventsPerRequest) {

        public Shape {
            require(threads >= 1 && threads <= 64, "threads must be 1 to 64");
            require(connections >= threads && connections <= 4_096, "connections must be threads to 4096");
            require(eventsPerRequest >= 1 && eventsPerRequest <= 10_000, "events a request must be 1 to 10000");
        }
    }

    /** When requests go out. */
    public sealed interface Pace {

        /**
         * As soon as a connection's last answer has come: as much as the server takes from callers who wait. A slow answer delays
         * the next request, so the latencies say little of callers who arrive on their own.
         */
        record ClosedLoop() implements Pace {}

        /**
         * At instants that are fixed before the run, whatever becomes of the requests before. A latency runs from that instant, not
         * from the sending, so what had to wait behind a slow answer is not left out.
         *
         * @param eventsPerSecond over all threads, 1 to 100,000,000
         */
        record OpenLoop(long eventsPerSecond) implements Pace {

            public OpenLoop {
                require(
                        eventsPerSecond >= 1 && eventsPerSecond <= 100_000_000,
                        "the rate must be 1 to 100000000 events a second");
            }
        }

        /** As fast as the answers come. */
        Pace CLOSED = new ClosedLoop();
    }

    /**
     * The run ends at whichever comes first; what is in flight then is waited for.
     *
     * @param events sent at most, warm-up included; at most 1,000,000,000
     * @param warmUp sent but not measured
     * @param measured the time measured after the warm-up; at most two hours together
     * @param answerTimeout how long an answer may take before its events count as unknown
     */
    public record Bounds(long events, Duration warmUp, Duration measured, Duration answerTimeout) {

        public Bounds {
            require(events >= 1 && events <= 1_000_000_000L, "events must be 1 to 1000000000");
            require(!warmUp.isNegative() && measured.isPositive(), "durations must be positive");
            require(warmUp.plus(measured).compareTo(Duration.ofHours(2)) <= 0, "a run takes at most two hours");
            require(answerTimeout.isPositive(), "the answer time-out must be positive");
        }
    }

    /**
     * What is sent.
     *
     * @param run distinguishes the idempotency keys of this run from those of any other
     * @param windows that the events fall into, in turns
     * @param duplicatesPerMille events of a thousand that repeat an earlier one
     */
    public record Events(int run, Windows windows, int duplicatesPerMille) {

        public Events {
            require(duplicatesPerMille >= 0 && duplicatesPerMille <= 1_000, "duplicates must be 0 to 1000 per mille");
        }
    }

    /**
     * The windows of an hour that are touched: one for each customer, meter and hour.
     *
     * @param lastTime the latest time that an event carries, in whole seconds; the others lie whole hours before
     * @param hours distinct hours, 1 to 2,000
     * @param customers distinct customers, 1 to 2³¹−1
     * @param meters distinct meters, 1 to 65,536; the first has the code {@code load_0000}
     */
    public record Windows(Instant lastTime, int hours, int customers, int meters) {

        public Windows {
            lastTime = lastTime.truncatedTo(ChronoUnit.SECONDS);
            require(hours >= 1 && hours <= 2_000, "hours must be 1 to 2000");
            require(customers >= 1, "customers must be at least 1");
            require(meters >= 1 && meters <= 65_536, "meters must be 1 to 65536");
        }

        /**
         * As many hours as it takes.
         *
         * @param count distinct windows; a multiple of customers × meters
         */
        public static Windows of(long count, Instant lastTime, int customers, int meters) {
            long each = Math.multiplyExact((long) customers, meters);
            require(
                    count >= each && count % each == 0 && count / each <= 2_000,
                    "windows must be a multiple of customers × meters, and at most 2000 times as many");
            return new Windows(lastTime, (int) (count / each), customers, meters);
        }

        /** How many there are. */
        public long count() {
            return (long) hours * customers * meters;
        }
    }

    /** The code of meter {@code index}, counted from 0. */
    public static String meterCode(int index) {
        return "load_" + HexFormat.of().toHexDigits(index, 4);
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}

package dev.valora.bench.compare;

import dev.valora.bench.load.LoadPlan;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;

/** What one server is sent, measurement after measurement, each with keys of its own. One thread. */
final class Traffic {

    private static final long EVENTS_AT_MOST = 1_000_000_000;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private final LoadPlan.Windows windows;
    private int measurements;

    Traffic(LoadPlan.Windows windows) {
        this.windows = windows;
    }

    /** The plan of the next measurement, with one sending thread. */
    LoadPlan next(Target target, int connections, int batch, LoadPlan.Pace pace, Phase phase) {
        measurements++;
        return new LoadPlan(
                new LoadPlan.Destination(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(),
                                target.address().getPort()),
                        target.key()),
                new LoadPlan.Shape(1, connections, batch),
                pace,
                new LoadPlan.Bounds(EVENTS_AT_MOST, phase.warmUp(), phase.measured(), ANSWER_TIMEOUT),
                new LoadPlan.Events(measurements, windows, 0));
    }

    /** For the lines above a table. */
    static String facts(LoadPlan.Windows windows) {
        return String.format(
                Locale.ROOT,
                "events of 190 bytes in turns for %,d customers × %,d hours = %,d distinct windows, all of them touched each second"
                        + " as far as there are events",
                windows.customers(),
                windows.hours(),
                windows.count());
    }

    /** How long a measurement takes. */
    record Phase(Duration warmUp, Duration measured) {

        static Phase ofSeconds(int warmUpSeconds, int measuredSeconds) {
            return new Phase(Duration.ofSeconds(warmUpSeconds), Duration.ofSeconds(measuredSeconds));
        }
    }
}

package dev.valora.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends usage to a server and prints the figures. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Sends usage events and prints events/s, requests/s and latencies.",
            "Without --rate each connection sends when its answer has come (closed loop); with it requests go out at a constant rate and latencies run from when they were meant to (open loop)."
        })
public final class LoadCommand implements Callable<Integer> {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    private final InstantSource clock;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--target", defaultValue = "http://127.0.0.1:8080", description = "where the server is")
    private URI target = URI.create("http://127.0.0.1:8080");

    @Option(names = "--key", description = "an organization's API key; its meters load_0000… must exist")
    private @Nullable String key;

    @Option(
            names = "--operator-key",
            description = "instead of --key: a new organization and its meters are made for this run")
    private @Nullable String operatorKey;

    @Option(names = "--threads", defaultValue = "1", description = "sending threads")
    private int threads;

    @Option(names = "--connections", defaultValue = "64", description = "each with one request in flight")
    private int connections;

    @Option(names = "--batch", defaultValue = "1", description = "events a request, 1 to 10000")
    private int batch;

    @Option(names = "--rate", description = "events a second, sent whether or not answers come: an open loop")
    private @Nullable Long rate;

    @Option(names = "--events", defaultValue = "100000000", description = "at most so many, warm-up included")
    private long events;

    @Option(names = "--seconds", defaultValue = "10", description = "measured time")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "3", description = "seconds sent before, and not measured")
    private int warmUp;

    @Option(names = "--customers", defaultValue = "100", description = "distinct customers")
    private int customers;

    @Option(names = "--meters", defaultValue = "1", description = "distinct meters")
    private int meters;

    @Option(
            names = "--windows",
            description = "distinct windows, a multiple of customers x meters, spread over hours; default: one hour")
    private @Nullable Long windows;

    @Option(names = "--each-second", description = "also prints the events acknowledged in each second")
    private boolean eachSecond;

    @Option(names = "--duplicates", defaultValue = "0", description = "repeated events, per mille")
    private int duplicates;

    @Option(names = "--run", description = "begins every idempotency key; by default taken from the time")
    private @Nullable Integer run;

    @Option(names = "--allow-remote", description = "permits a target that is not on loopback")
    private boolean allowRemote;

    /** @param clock for the events' time and the run's number */
    public LoadCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        InetSocketAddress address =
                new InetSocketAddress(target.getHost(), target.getPort() < 0 ? 80 : target.getPort());
        if (address.isUnresolved() || (!allowRemote && !address.getAddress().isLoopbackAddress())) {
            throw problem("the target must be on loopback, unless --allow-remote is given");
        }
        Instant now = clock.instant();
        long distinct = windows == null ? (long) customers * meters : windows;
        LoadPlan plan = new LoadPlan(
                new LoadPlan.Destination(address, apiKey()),
                new LoadPlan.Shape(threads, connections, batch),
                rate == null ? LoadPlan.Pace.CLOSED : new LoadPlan.Pace.OpenLoop(rate),
                new LoadPlan.Bounds(
                        events, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds), Duration.ofSeconds(30)),
                new LoadPlan.Events(
                        run == null ? (int) now.getEpochSecond() : run,
                        LoadPlan.Windows.of(distinct, now, customers, meters),
                        duplicates));
        System.out.println(plan.shape() + ", " + plan.pace() + ", " + plan.events());
        LoadResult result = LoadRun.run(plan);
        System.out.print(result.toText());
        if (eachSecond) {
            System.out.println("by second: " + result.bySecond());
        }
        return 0;
    }

    private String apiKey() throws IOException, InterruptedException {
        if (key != null) {
            return key;
        }
        if (operatorKey == null) {
            throw problem("give --key or --operator-key");
        }
        return LoadOrganization.create(target, operatorKey, meters, CALL_TIMEOUT);
    }

    private ParameterException problem(String sentence) {
        if (spec == null) {
            throw new IllegalStateException(sentence);
        }
        return new ParameterException(spec.commandLine(), sentence);
    }
}

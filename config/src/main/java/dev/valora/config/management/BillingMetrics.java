package dev.valora.config.management;

import dev.valora.billing.BillingObserver;
import dev.valora.billing.JobKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The metrics of the billing run. What is known beforehand is there from the start, at zero. */
final class BillingMetrics implements BillingObserver {

    private static final Duration[] JOB_BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };
    private static final Duration[] LAG_BUCKETS = {
        Duration.ofMillis(100),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5),
        Duration.ofMinutes(15),
        Duration.ofHours(1),
        Duration.ofHours(6),
        Duration.ofDays(1)
    };
    private static final Map<JobKind, List<String>> RESOURCES = Map.of(
            JobKind.ACTIVATE, List.of("subscriptions"),
            JobKind.ROLL, List.of("cycles"),
            JobKind.CLOSE, List.of("cycles", "invoices"),
            JobKind.OVERDUE, List.of("invoices"));

    private static final List<String> ERRORS =
            List.of("no_connection", "database_away", "database_busy", "database_refused", "locked", "unexpected");

    private final MeterRegistry registry;
    private final Map<JobKind, Counter> runs = new EnumMap<>(JobKind.class);
    private final Map<JobKind, Timer> durations = new EnumMap<>(JobKind.class);
    private final Map<JobKind, Counter> timeouts = new EnumMap<>(JobKind.class);
    private final Timer lag;
    private final AtomicInteger setAside = new AtomicInteger();

    BillingMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (JobKind job : JobKind.values()) {
            runs.put(job, counter("valora_scheduler_job_runs", "Batches done or tried", job));
            durations.put(
                    job,
                    Timer.builder("valora_scheduler_job_duration")
                            .description("One batch, from before its database transaction to its end")
                            .tags("job", job.wireName())
                            .serviceLevelObjectives(JOB_BUCKETS)
                            .register(registry));
            timeouts.put(
                    job, counter("valora_scheduler_job_timeouts", "Batches given up because they took too long", job));
            ERRORS.forEach(reason -> errors(job, reason));
            deferred(job, "set_aside");
            deferred(job, "stuck");
            RESOURCES.getOrDefault(job, List.of()).forEach(resource -> processed(job, resource));
        }
        deferred(JobKind.CLOSE, "watermark");
        lag = ServerMetrics.timer(
                registry,
                "valora_scheduler_runloop_lag",
                "How long after it came due, by the server's clock, a batch began",
                LAG_BUCKETS);
        Gauge.builder("valora_scheduler_set_aside_subscriptions", setAside, AtomicInteger::get)
                .description("Subscriptions that wait with an error")
                .register(registry);
    }

    @Override
    public void onRun(JobKind job, long nanos) {
        of(runs, job).increment();
        of(durations, job).record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void onTimeout(JobKind job) {
        of(timeouts, job).increment();
    }

    @Override
    public void onError(JobKind job, String reason) {
        errors(job, reason).increment();
    }

    @Override
    public void onProcessed(JobKind job, String resource, int count) {
        processed(job, resource).increment(count);
    }

    @Override
    public void onDeferred(JobKind job, String reason, int count) {
        deferred(job, reason).increment(count);
    }

    @Override
    public void onStarted(long lagMicros) {
        lag.record(Math.max(0, lagMicros), TimeUnit.MICROSECONDS);
    }

    @Override
    public void onSetAside(int subscriptions) {
        setAside.set(subscriptions);
    }

    private Counter errors(JobKind job, String reason) {
        return counter("valora_scheduler_job_errors", "Batches or subscriptions that failed", job, "reason", reason);
    }

    private Counter processed(JobKind job, String resource) {
        return counter("valora_scheduler_batch_processed", "What committed batches did", job, "resource", resource);
    }

    private Counter deferred(JobKind job, String reason) {
        return counter(
                "valora_scheduler_batch_deferred",
                "Due work that was left for later, each time that it was",
                job,
                "reason",
                reason);
    }

    /** The counter with these labels, made when it is first asked for. */
    private Counter counter(String name, String description, JobKind job, String... labels) {
        return Counter.builder(name)
                .description(description)
                .tags("job", job.wireName())
                .tags(labels)
                .register(registry);
    }

    private static <T> T of(Map<JobKind, T> perJob, JobKind job) {
        T found = perJob.get(job);
        if (found == null) {
            throw new IllegalStateException("no metric for " + job);
        }
        return found;
    }
}

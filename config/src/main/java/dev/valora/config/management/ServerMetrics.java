package dev.valora.config.management;

import dev.valora.aggregator.FoldObserver;
import dev.valora.billing.BillingObserver;
import dev.valora.ingest.HttpObserver;
import dev.valora.ingest.IntakeObserver;
import dev.valora.ingest.RetentionObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The names of all metrics, in one place, and the observers that feed them. Labels have few values, and none that a customer
 * chooses. Any thread; each observer is called as its own page says.
 */
public final class ServerMetrics {

    private static final Duration[] COMMIT_BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofSeconds(1)
    };
    private static final Duration[] ANSWER_BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    /** A registry that knows the JVM already. */
    public ServerMetrics() {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /** To be scraped. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** A value that is looked up when it is scraped; the supplier must neither block nor throw. */
    public void gauge(String name, String description, Supplier<Number> value, String... labels) {
        Gauge.builder(name, value).description(description).tags(labels).register(registry);
    }

    /** Ends what listens to the JVM. */
    public void close() {
        collections.close();
        registry.close();
    }

    /** Feeds the metrics of the single writer. */
    public IntakeObserver intake() {
        return new IntakeMetrics(registry);
    }

    /** Feeds the metrics of the aggregator. */
    public FoldObserver fold() {
        return new FoldMetrics(registry);
    }

    /** Feeds the metrics of the billing run. */
    public BillingObserver billing() {
        return new BillingMetrics(registry);
    }

    /** Feeds the metrics of the removal of journal files. */
    public RetentionObserver retention() {
        Counter files = counter(registry, "valora_retention_removed_files", "Journal files removed");
        Counter bytes =
                counter(registry, "valora_retention_removed_bytes", "Bytes of entries in removed journal files");
        return entryBytes -> {
            files.increment();
            bytes.increment((double) entryBytes);
        };
    }

    /** Feeds the metrics of the HTTP edge. */
    public HttpObserver http() {
        return new HttpMetrics(registry);
    }

    static Counter counter(MeterRegistry registry, String name, String description, String... labels) {
        return Counter.builder(name).description(description).tags(labels).register(registry);
    }

    static Timer timer(MeterRegistry registry, String name, String description, Duration... buckets) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(buckets)
                .register(registry);
    }

    private static DistributionSummary summary(
            MeterRegistry registry, String name, String description, double... buckets) {
        return DistributionSummary.builder(name)
                .description(description)
                .serviceLevelObjectives(buckets)
                .register(registry);
    }

    private static final class IntakeMetrics implements IntakeObserver {
        private final MeterRegistry registry;
        private final Counter accepted;
        private final Counter duplicates;
        private final Counter conflicts;
        private final Counter voids;
        private final Timer commitTime;
        private final DistributionSummary commitEvents;
        private final DistributionSummary commitBatches;
        private final DistributionSummary commitBytes;
        private final Map<String, Counter> rejected = new ConcurrentHashMap<>();

        private IntakeMetrics(MeterRegistry registry) {
            this.registry = registry;
            this.accepted = counter(registry, "valora_ingest_accepted", "Usage events accepted");
            this.duplicates = counter(registry, "valora_ingest_duplicates", "Usage events sent again");
            this.conflicts = counter(registry, "valora_ingest_conflicts", "Known keys sent with other content");
            this.voids = counter(registry, "valora_ingest_voids", "Usage events voided");
            this.commitTime = timer(
                    registry,
                    "valora_journal_commit_duration",
                    "From the append to the end of the force",
                    COMMIT_BUCKETS);
            this.commitEvents = summary(
                    registry, "valora_journal_commit_events", "Events a group commit", 1, 10, 100, 1_000, 10_000);
            this.commitBatches = summary(
                    registry, "valora_journal_commit_batches", "Requests a group commit", 1, 4, 16, 64, 256, 1_024);
            this.commitBytes = summary(
                    registry,
                    "valora_journal_commit_bytes",
                    "Bytes a group commit",
                    1_024,
                    65_536,
                    1_048_576,
                    8_388_608);
        }

        @Override
        public void onCommit(int batches, int events, int bytes, long nanos) {
            commitTime.record(nanos, TimeUnit.NANOSECONDS);
            commitEvents.record(events);
            commitBatches.record(batches);
            commitBytes.record(bytes);
        }

        @Override
        public void onJudged(int acceptedEvents, int duplicateEvents, int conflictingEvents) {
            accepted.increment(acceptedEvents);
            duplicates.increment(duplicateEvents);
            conflicts.increment(conflictingEvents);
        }

        @Override
        public void onRejected(String code, int events) {
            rejected.computeIfAbsent(code, reason -> rejections(registry, reason))
                    .increment(events);
        }

        @Override
        public void onVoided(int events) {
            voids.increment(events);
        }
    }

    private static final class FoldMetrics implements FoldObserver {
        private final Counter entries;
        private final Counter records;
        private final Counter windows;
        private final Counter skipped;
        private final Counter failures;
        private final Counter drops;
        private final Counter recounts;
        private final Counter recountedEntries;
        private final Timer flushTime;

        private FoldMetrics(MeterRegistry registry) {
            this.entries = counter(registry, "valora_aggregator_entries", "Journal entries folded");
            this.records = counter(registry, "valora_aggregator_records", "Journal records folded");
            this.windows = counter(registry, "valora_aggregator_windows", "Window rows written");
            this.skipped =
                    counter(registry, "valora_aggregator_skipped", "Events that a meter skipped for lack of a value");
            this.failures =
                    counter(registry, "valora_aggregator_flush_failures", "Flushes that failed and are tried again");
            this.drops = counter(
                    registry, "valora_aggregator_memory_dropped", "Times the checkpoint was not the expected one");
            this.recounts = counter(
                    registry, "valora_aggregator_recounts", "Windows with a maximum that a void took an event from");
            this.recountedEntries = counter(
                    registry, "valora_aggregator_recounted_entries", "Journal entries read again to recount windows");
            this.flushTime = timer(
                    registry,
                    "valora_aggregator_flush_duration",
                    "From the first statement to the commit",
                    ANSWER_BUCKETS);
        }

        @Override
        public void onFolded(int foldedEntries, int foldedRecords) {
            entries.increment(foldedEntries);
            records.increment(foldedRecords);
        }

        @Override
        public void onFlushed(int writtenWindows, long events, long nanos) {
            windows.increment(writtenWindows);
            flushTime.record(nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void onSkipped(long events) {
            skipped.increment((double) events);
        }

        @Override
        public void onFlushFailed(RuntimeException cause) {
            failures.increment();
        }

        @Override
        public void onMemoryDropped() {
            drops.increment();
        }

        @Override
        public void onRecounted(int windows, long readEntries) {
            recounts.increment(windows);
            recountedEntries.increment((double) readEntries);
        }
    }

    /** One counter a reason, whether the edge or the writer refused. */
    private static Counter rejections(MeterRegistry registry, String reason) {
        return counter(registry, "valora_ingest_rejected", "Usage events refused", "reason", reason);
    }

    private static final class HttpMetrics implements HttpObserver {
        private final MeterRegistry registry;
        private final Timer parseTime;
        private final Counter parsedBytes;
        private final Counter parsedEvents;
        private final Map<String, Counter> rejected = new ConcurrentHashMap<>();

        /** By status, then by route: found without making a key, because usage is answered ten thousands of times a second. */
        private final Map<Integer, Map<String, Timer>> answers = new ConcurrentHashMap<>();

        private HttpMetrics(MeterRegistry registry) {
            this.registry = registry;
            this.parseTime = timer(registry, "valora_http_usage_parse_duration", "Reading a usage body as events");
            this.parsedBytes = counter(registry, "valora_http_usage_bytes", "Bytes of usage bodies");
            this.parsedEvents =
                    counter(registry, "valora_http_usage_events", "Events in usage bodies, refused ones among them");
        }

        @Override
        public void onAnswered(String route, int status, long nanos) {
            answers.computeIfAbsent(status, code -> new ConcurrentHashMap<>())
                    .computeIfAbsent(
                            route,
                            name -> Timer.builder("valora_http_answer_duration")
                                    .description("From the end of a request's head to its answer")
                                    .tags("route", name, "status", Integer.toString(status))
                                    .serviceLevelObjectives(ANSWER_BUCKETS)
                                    .register(registry))
                    .record(nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void onUsageParsed(int bytes, int events, long nanos) {
            parseTime.record(nanos, TimeUnit.NANOSECONDS);
            parsedBytes.increment(bytes);
            parsedEvents.increment(events);
        }

        @Override
        public void onUsageRejected(String code) {
            rejected.computeIfAbsent(code, reason -> rejections(registry, reason))
                    .increment();
        }
    }
}

package dev.valora.config.management;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.billing.BillingObserver;
import dev.valora.billing.JobKind;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dashboards and alarms are written against these names, labels and units. */
class BillingMetricsTest {

    private final ServerMetrics metrics = new ServerMetrics();
    private final BillingObserver billing = metrics.billing();

    @AfterEach
    void close() {
        metrics.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "valora_scheduler_job_runs_total{job=\"close\"}                                    | 2.0",
                "valora_scheduler_job_duration_seconds_count{job=\"close\"}                        | 2",
                "valora_scheduler_job_duration_seconds_sum{job=\"close\"}                          | 0.75",
                "valora_scheduler_job_duration_seconds_bucket{job=\"close\",le=\"0.25\"}           | 1",
                "valora_scheduler_job_duration_seconds_bucket{job=\"close\",le=\"+Inf\"}           | 2",
                "valora_scheduler_job_timeouts_total{job=\"close\"}                                | 1.0",
                "valora_scheduler_job_timeouts_total{job=\"roll\"}                                 | 0.0",
                "valora_scheduler_job_errors_total{job=\"close\",reason=\"no_connection\"}         | 1.0",
                "valora_scheduler_job_errors_total{job=\"close\",reason=\"two_lines_for_one_thing\"} | 3.0",
                "valora_scheduler_job_errors_total{job=\"activate\",reason=\"locked\"}             | 0.0",
                "valora_scheduler_batch_processed_total{job=\"close\",resource=\"invoices\"}       | 500.0",
                "valora_scheduler_batch_deferred_total{job=\"close\",reason=\"set_aside\"}         | 3.0",
                "valora_scheduler_batch_deferred_total{job=\"close\",reason=\"watermark\"}         | 0.0",
                "valora_scheduler_runloop_lag_seconds_sum                                          | 3601.5",
                "valora_scheduler_runloop_lag_seconds_bucket{le=\"2.0\"}                           | 1",
                "valora_scheduler_runloop_lag_seconds_bucket{le=\"3600.0\"}                        | 2",
                "valora_scheduler_set_aside_subscriptions                                          | 3.0"
            })
    void shouldShowWhatTheSchedulerTells(String series, String value) {
        billing.onStarted(1_500_000);
        billing.onRun(JobKind.CLOSE, TimeUnit.MILLISECONDS.toNanos(250));
        billing.onProcessed(JobKind.CLOSE, "invoices", 500);
        billing.onStarted(TimeUnit.HOURS.toMicros(1));
        billing.onTimeout(JobKind.CLOSE);
        billing.onRun(JobKind.CLOSE, TimeUnit.MILLISECONDS.toNanos(500));
        billing.onError(JobKind.CLOSE, "no_connection");
        for (int i = 0; i < 3; i++) {
            billing.onError(JobKind.CLOSE, "two_lines_for_one_thing");
        }
        billing.onDeferred(JobKind.CLOSE, "set_aside", 3);
        billing.onSetAside(3);
        List<String> scraped = scrape();
        assertTrue(scraped.contains(series + " " + value), () -> String.join("\n", scraped));
    }

    /** A counter that appears with its first error cannot be watched for its first increase. */
    @Test
    void shouldShowEveryKnownSeriesFromTheStart() {
        assertEquals(
                List.of("activate 6", "close 6", "overdue 6", "roll 6"),
                List.of("activate", "close", "overdue", "roll").stream()
                        .map(job -> job + " "
                                + scrape().stream()
                                        .filter(line -> line.startsWith(
                                                "valora_scheduler_job_errors_total{job=\"" + job + "\""))
                                        .count())
                        .toList());
    }

    private List<String> scrape() {
        return metrics.registry()
                .scrape()
                .lines()
                .filter(line -> line.startsWith("valora_scheduler_"))
                .toList();
    }
}

package dev.valora.bench.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class MetricsTest {

    private static final Metrics METRICS = Metrics.parse("""
            # HELP valora_dedup_keys Idempotency keys remembered
            # TYPE valora_dedup_keys gauge
            valora_dedup_keys 1.2345678E7
            jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 1048576.0
            jvm_memory_used_bytes{area="heap",id="a } b"} 2.0
            jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 5.0 1795370400000
            """);

    @Test
    void shouldAddUpTheLabelsThatWereAskedFor() {
        assertEquals(12_345_678, METRICS.count("valora_dedup_keys"));
        assertEquals(1_048_578, METRICS.count("jvm_memory_used_bytes", "area=\"heap\""));
        assertEquals(1_048_583, METRICS.count("jvm_memory_used_bytes"));
    }

    @Test
    void shouldNotTakeAMissingMetricForZero() {
        assertThrows(IllegalStateException.class, () -> METRICS.count("valora_dedup"));
        assertThrows(IllegalStateException.class, () -> METRICS.count("jvm_memory_used_bytes", "area=\"x\""));
    }
}

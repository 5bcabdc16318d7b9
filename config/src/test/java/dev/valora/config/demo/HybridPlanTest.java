package dev.valora.config.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo's own arithmetic against numbers worked by hand: a check is worth nothing when it is wrong as well. */
final class HybridPlanTest {

    @ParameterizedTest
    @CsvSource({
        "0,        0.00",
        "10000,    0.00",
        "10003,    0.01", // 3 * 0.0018 = 0.0054
        "100000, 162.00", // 90,000 * 0.0018
        "100001, 162.00", // and 0.00095
        "100010, 162.01", // and 0.0095
        "250000, 304.50" // 162 and 150,000 * 0.00095
    })
    void shouldChargeEachCallAtItsTier(BigDecimal calls, BigDecimal amount) {
        assertEquals(amount, HybridPlan.callsAmount(calls));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.00", "1, 0.12", "0.043, 0.00", "0.044, 0.01", "899.999, 103.50"})
    void shouldChargeStorageByTheGigabyte(BigDecimal gigabytes, BigDecimal amount) {
        assertEquals(amount, HybridPlan.storageAmount(gigabytes));
    }
}

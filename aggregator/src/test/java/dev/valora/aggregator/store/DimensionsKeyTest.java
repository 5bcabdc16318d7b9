package dev.valora.aggregator.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The keys are stored: what stands here must stay true. */
class DimensionsKeyTest {

    private static UUID key(Map<String, String> dimensions) {
        return DimensionsKey.of(new TreeMap<>(dimensions));
    }

    @Test
    void shouldStayWhatItIs() {
        assertEquals(new UUID(0, 0), key(Map.of()));
        // printf '\0\0\0\6region\0\0\0\2eu' | sha256sum
        assertEquals(UUID.fromString("1cdc38ed-47ae-957d-4913-5e907c96d781"), key(Map.of("region", "eu")));
    }

    @Test
    void shouldTellWhereANameEndsAndAValueBegins() {
        assertNotEquals(key(Map.of("a", "bc")), key(Map.of("ab", "c")));
        assertNotEquals(key(Map.of("a", "")), key(Map.of()));
        assertNotEquals(key(Map.of("a", "b", "c", "d")), key(Map.of("a", "d", "c", "b")));
    }
}

package dev.valora.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Instants in bodies and in queries are written as RFC 3339 has them. */
final class InstantTextTest {

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T00:00:00Z, 2026-01-31T00:00:00Z",
        "2026-01-31t00:00:00z, 2026-01-31T00:00:00Z",
        "2026-01-31T02:00:00+02:00, 2026-01-31T00:00:00Z",
        "2026-01-31T00:00:00-00:30, 2026-01-31T00:30:00Z",
        "2026-01-31T00:00:00-00:00, 2026-01-31T00:00:00Z",
        "2026-01-31T00:00:00.5Z, 2026-01-31T00:00:00.500Z",
        "2026-01-31T00:00:00.123456789+00:00, 2026-01-31T00:00:00.123456789Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
        "2024-02-29T23:59:59Z, 2024-02-29T23:59:59Z",
    })
    void shouldReadWhatRfc3339Writes(String text, Instant expected) {
        assertEquals(Optional.of(expected), inBody(text));
        assertEquals(Optional.of(expected), inQuery(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-31",
                "2026-01-31T00:00Z",
                "2026-01-31T00:00:00",
                "2026-01-31T00:00:00.Z",
                "2026-01-31T00:00:00,5Z",
                "2026-01-31T00:00:00+02",
                "2026-01-31T00:00:00+0200",
                "2026-01-31T00:00:00+02:00:00",
                "2026-01-31T00:00:00 Z",
                "2026-01-31 00:00:00Z",
                "2026-01-31T24:00:00Z",
                "2026-01-31T23:59:60Z",
                "2026-02-29T00:00:00Z",
                "2026-1-31T00:00:00Z",
                "+12026-01-31T00:00:00Z",
                "-2026-01-31T00:00:00Z",
                "1767225600",
            })
    void shouldRefuseWhateverElseIsATimeSomewhere(String text) {
        assertEquals("/at invalid_timestamp", problem(() -> inBody(text)));
        assertEquals("?at invalid_timestamp", problem(() -> inQuery(text)));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T02:00:00 02:00, 2026-01-31T00:00:00Z",
        "2026-01-31T02:00:00.25 02:00, 2026-01-31T00:00:00.250Z",
    })
    void shouldReadAnOffsetWhosePlusSignNobodyEncoded(String text, Instant expected) {
        assertEquals(Optional.of(expected), inQuery(text));
        assertEquals("/at invalid_timestamp", problem(() -> inBody(text)));
    }

    private static Optional<Instant> inBody(String text) {
        JsonFields fields = JsonFields.of(Json.object().put("at", text));
        Optional<Instant> read = fields.instant("at");
        fields.check();
        return read;
    }

    private static Optional<Instant> inQuery(String text) {
        QueryParameters query = new QueryParameters(Map.of("at", List.of(text)));
        Optional<Instant> read = query.instant("at");
        query.check(Set.of("at"));
        return read;
    }

    private static String problem(Runnable reading) {
        FieldProblem problem = assertThrows(ProblemException.class, reading::run)
                .problem()
                .errors()
                .getFirst();
        return problem.pointer() + " " + problem.code();
    }
}

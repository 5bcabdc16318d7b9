package dev.valora.ingest.parse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

    private static final long SEED = Long.getLong("valora.seed", 20_261_122L);

    private final Timestamps timestamps = new Timestamps();

    @ParameterizedTest
    @CsvSource(textBlock = """
            1970-01-01T00:00:00Z,                    0
            1970-01-01T00:00:00.0000019Z,            1
            1970-01-01T00:00:00.9999999999999999Z,   999999
            1970-01-01t00:00:01.5z,                  1500000
            1970-01-01T00:00:00-00:00,               0
            1969-12-31T23:59:59-00:01,               59000000
            1970-01-01T02:00:00+02:00,               0
            2000-02-29T00:00:00Z,                    951782400000000
            2026-03-29T02:30:00+01:00,               1774747800000000
            9999-12-31T23:59:59.999999Z,             253402300799999999
            1969-12-31T23:59:59.999999Z,             -3
            1970-01-01T00:00:00+00:01,               -3
            0000-01-01T00:00:00Z,                    -3
            9999-12-31T23:59:59-00:01,               -3
            2016-12-31T23:59:60Z,                    -2
            2026-03-01T00:00:00,                     -4
            2026-03-01T00:00:00.5,                   -4
            """)
    void shouldReadInstants(String text, long micros) {
        assertEquals(micros, micros(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026",
                "2026-03-01",
                "2026-03-01T12:00Z",
                "2026-03-01 12:00:00Z",
                "2026-3-1T12:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-00-01T00:00:00Z",
                "2026-04-31T00:00:00Z",
                "2026-02-29T00:00:00Z",
                "2100-02-29T00:00:00Z",
                "2026-03-00T00:00:00Z",
                "2026-03-01T24:00:00Z",
                "2026-03-01T12:60:00Z",
                "2026-03-01T12:00:61Z",
                "2026-03-01T12:00:00.Z",
                "2026-03-01T12:00:00,5Z",
                "2026-03-01T12:00:00+0200",
                "2026-03-01T12:00:00+02",
                "2026-03-01T12:00:00+24:00",
                "2026-03-01T12:00:00+02:60",
                "2026-03-01T12:00:00ZZ",
                "2026-03-01T12:00:00Z ",
                " 2026-03-01T12:00:00Z",
                "+2026-03-01T12:00:00Z",
                "-026-03-01T12:00:00Z",
                "12026-03-01T12:00:00Z",
                "2026-03-01T12:00:00 02:00",
                "2026-03-01T1/:00:00Z",
                "2026-03-01T12:00:00[UTC]",
                "2026-03-01T12:00:00.00000000000000000000000000000000000000000000000000Z",
                "2026-03-01T12:00:00+02:00:00",
                "２026-03-01T12:00:00Z",
                "2026-03-01T12:00:00.5" + "+",
                "20260301T120000Z"
            })
    void shouldRefuseWhatIsNoInstant(String text) {
        assertEquals(Timestamps.MALFORMED, micros(text));
    }

    @Test
    void shouldAgreeWithTheCalendar() {
        System.out.println("repeat with -Dvalora.seed=" + SEED);
        Random random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            OffsetDateTime time = LocalDateTime.ofEpochSecond(
                            random.nextLong(86_400, 253_402_300_800L - 86_400),
                            random.nextInt(1_000_000_000),
                            ZoneOffset.UTC)
                    .atOffset(ZoneOffset.ofTotalSeconds(60 * random.nextInt(-1_080, 1_081)));
            String text = time.toString().matches(".*T\\d\\d:\\d\\d[Z+-].*")
                    ? time.plusSeconds(1).toString()
                    : time.toString();
            long expected = ChronoUnit.MICROS.between(Instant.EPOCH, OffsetDateTime.parse(text));
            assertEquals(expected, micros(text), text);
        }
    }

    /** Reads from the middle of an array, so that reading past the ends would show. */
    private long micros(String text) {
        byte[] bytes = ("1" + text + "1").getBytes(UTF_8);
        return timestamps.micros(bytes, 1, bytes.length - 2);
    }
}

package dev.valora.aggregator.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.aggregator.WindowsRequest;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowSizeTest {

    @ParameterizedTest(name = "{0} in {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            TOTAL | Europe/Berlin | 2026-03-01T10:00Z 2026-05-01T10:00Z | 2026-03-01T10:00Z 2026-05-01T10:00Z
            DAY | UTC | 2026-03-01T00:00Z 2026-03-03T00:00Z | 2026-03-01T00:00Z 2026-03-02T00:00Z 2026-03-03T00:00Z
            DAY | Europe/Berlin | 2026-03-28T23:00Z 2026-03-30T22:00Z | 2026-03-28T23:00Z 2026-03-29T22:00Z 2026-03-30T22:00Z
            DAY | Europe/Berlin | 2026-10-24T22:00Z 2026-10-26T23:00Z | 2026-10-24T22:00Z 2026-10-25T23:00Z 2026-10-26T23:00Z
            DAY | UTC | 2026-03-01T10:00Z 2026-03-02T04:00Z | 2026-03-01T10:00Z 2026-03-02T00:00Z 2026-03-02T04:00Z
            DAY | America/Sao_Paulo | 2018-11-03T03:00Z 2018-11-05T02:00Z | 2018-11-03T03:00Z 2018-11-04T03:00Z 2018-11-05T02:00Z
            DAY | Asia/Kolkata | 2026-03-01T18:30Z 2026-03-02T18:30Z | 2026-03-01T18:30Z 2026-03-02T18:30Z
            MONTH | Europe/Berlin | 2026-02-28T23:00Z 2026-04-30T22:00Z | 2026-02-28T23:00Z 2026-03-31T22:00Z 2026-04-30T22:00Z
            MONTH | Pacific/Auckland | 2027-12-31T11:00Z 2028-03-31T11:00Z | 2027-12-31T11:00Z 2028-01-31T11:00Z 2028-02-29T11:00Z 2028-03-31T11:00Z
            HOUR | Europe/Berlin | 2026-03-29T00:00Z 2026-03-29T03:00Z | 2026-03-29T00:00Z 2026-03-29T01:00Z 2026-03-29T02:00Z 2026-03-29T03:00Z
            HOUR | Europe/Berlin | 2026-10-25T00:00Z 2026-10-25T03:00Z | 2026-10-25T00:00Z 2026-10-25T01:00Z 2026-10-25T02:00Z 2026-10-25T03:00Z
            HOUR | Asia/Kathmandu | 2026-03-01T10:00Z 2026-03-01T12:00Z | 2026-03-01T10:00Z 2026-03-01T10:15Z 2026-03-01T11:15Z 2026-03-01T12:00Z
            HOUR | Australia/Lord_Howe | 2026-10-03T14:30Z 2026-10-03T17:00Z | 2026-10-03T14:30Z 2026-10-03T15:30Z 2026-10-03T16:00Z 2026-10-03T17:00Z
            HOUR | Australia/Lord_Howe | 2026-04-04T13:00Z 2026-04-04T16:30Z | 2026-04-04T13:00Z 2026-04-04T14:00Z 2026-04-04T15:00Z 2026-04-04T15:30Z 2026-04-04T16:30Z
            """)
    void shouldCutAtLocalStarts(WindowSize size, String zone, String range, String expected) {
        List<Instant> ends = instants(range);

        assertEquals(instants(expected), size.boundaries(ends.getFirst(), ends.getLast(), ZoneId.of(zone)));
    }

    private static List<Instant> instants(String text) {
        return Arrays.stream(text.split(" ", -1))
                .map(instant -> Instant.parse(instant.replace("Z", ":00Z")))
                .toList();
    }

    @Test
    void shouldStopBehindTheLargestNumberOfWindows() {
        Instant from = Instant.parse("2026-01-01T00:00:00Z");

        List<Instant> most =
                WindowSize.HOUR.boundaries(from, from.plusSeconds(3600L * WindowsRequest.WINDOWS_MAX), ZoneOffset.UTC);
        List<Instant> tooMany = WindowSize.HOUR.boundaries(
                from, from.plusSeconds(3600L * (WindowsRequest.WINDOWS_MAX + 1)), ZoneOffset.UTC);

        assertEquals(WindowsRequest.WINDOWS_MAX + 1, most.size());
        assertEquals(from.plusSeconds(3600L * WindowsRequest.WINDOWS_MAX), most.getLast());
        assertTrue(tooMany.size() <= WindowsRequest.WINDOWS_MAX);
        assertTrue(tooMany.getLast().isBefore(from.plusSeconds(3600L * (WindowsRequest.WINDOWS_MAX + 1))));
    }
}

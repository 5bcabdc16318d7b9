package dev.valora.ingest.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.valora.ingest.JournalBeginning.SealedFile;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.retention.RetentionRule.Facts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** May this file go? */
final class RetentionRuleTest {

    /** The file that is asked about ends with entry 500, accepted at this time. */
    private static final String LAST = "2026-01-01T00:00:00Z";

    private static final String NEVER = "-";

    /**
     * Kept for 91 days, that is until 2026-04-02; usage may be 90 days old and an hour ahead; a backup may be 30 days old.
     * The watermark is the accepted time up to which usage is applied; cycles are closed before an event time; voids need entries
     * from an accepted time on.
     */
    @ParameterizedTest
    @CsvSource(nullValues = NEVER, textBlock = """
                watermark,                   applied, unbilled from,          needed from,                 held by
                2026-04-02T00:00:01Z,        500,     -,                      -,                           ''
                2026-04-02T00:00:00.000001Z, 500,     -,                      -,                           ''
                2026-04-02T00:00:00Z,        500,     -,                      -,                           retention
                2026-04-01T01:00:00.000001Z, 500,     -,                      -,                           retention
                2026-04-01T01:00:00Z,        500,     -,                      -,                           event_age retention
                2026-02-01T00:00:00Z,        500,     -,                      -,                           event_age retention
                2026-01-31T00:00:00.000001Z, 500,     -,                      -,                           event_age retention
                2026-01-31T00:00:00Z,        500,     -,                      -,                           event_age restore_horizon retention
                2026-06-01T00:00:00Z,        499,     -,                      -,                           not_applied
                2026-06-01T00:00:00Z,        500,     2026-01-01T01:00:00Z,   -,                           open_cycle
                2026-06-01T00:00:00Z,        500,     2026-01-01T01:00:00.000001Z, -,                      ''
                2026-06-01T00:00:00Z,        500,     2025-11-01T00:00:00Z,   -,                           open_cycle
                2026-06-01T00:00:00Z,        500,     2026-06-01T00:00:00Z,   -,                           ''
                2026-06-01T00:00:00Z,        500,     -,                      2026-01-01T00:00:00Z,        void
                2026-06-01T00:00:00Z,        500,     -,                      2026-01-01T00:00:00.000001Z, ''
                2026-06-01T00:00:00Z,        499,     2025-12-01T00:00:00Z,   2025-12-01T00:00:00Z,        not_applied open_cycle void
                1970-01-01T00:00:00Z,        0,       -,                      -,                           event_age not_applied restore_horizon retention
                """, useHeadersInDisplayName = true)
    void shouldNameEverythingThatHoldsAFile(
            String watermark, long applied, String unbilledFrom, String neededFrom, String heldBy) {
        Facts facts = new Facts(applied, micros(watermark), micros(unbilledFrom), micros(neededFrom));
        Set<Hold> holds = new RetentionRule(91, 30, 90).holds(file(1, 401, 500, LAST), facts);
        assertEquals(heldBy, words(holds));
    }

    private static String words(Set<Hold> holds) {
        return new TreeSet<>(holds.stream().map(Hold::wireName).toList())
                .stream().collect(Collectors.joining(" "));
    }

    private static long micros(String instant) {
        return instant == null ? Long.MAX_VALUE : ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
    }

    private static SealedFile file(long number, long first, long last, String lastAccepted) {
        return new SealedFile(new JournalSpan(number, first, last), micros(lastAccepted), 1_000);
    }

    private static final List<SealedFile> FILES = List.of(
            new SealedFile(new JournalSpan(1, 1, 0), Long.MIN_VALUE, 100),
            file(2, 1, 100, "2026-01-10T00:00:00Z"),
            file(3, 101, 100, "2026-01-10T00:00:00Z"),
            file(4, 101, 200, "2026-02-10T00:00:00Z"),
            file(5, 201, 300, "2026-03-10T00:00:00Z"));

    @ParameterizedTest
    @CsvSource({
        "2026-01-20T00:00:00Z, 1",
        "2026-04-12T00:00:00Z, 3",
        "2026-05-12T23:00:00Z, 4",
        "2026-06-10T00:00:00Z, 5"
    })
    void shouldLetOnlyTheOldestFilesGo(String watermark, int removable) {
        Facts facts = new Facts(300, micros(watermark), Long.MAX_VALUE, Long.MAX_VALUE);
        assertEquals(removable, new RetentionRule(91, 30, 90).removable(FILES, facts));
    }

    @Test
    void shouldStopAtTheFirstFileThatIsHeld() {
        Facts facts = new Facts(150, micros("2026-12-01T00:00:00Z"), Long.MAX_VALUE, Long.MAX_VALUE);
        assertEquals(3, new RetentionRule(91, 30, 90).removable(FILES, facts));
    }

    @ParameterizedTest
    @CsvSource({
        "30, 2026-01-20T00:00:00Z, 1",
        "30, 2026-02-10T00:00:00Z, 101",
        "30, 2026-03-20T00:00:00Z, 201",
        "30, 2026-04-20T00:00:00Z, 301",
        "0, 2026-03-10T00:00:00Z, 201",
        "0, 2026-03-10T00:00:00.000001Z, 301"
    })
    void shouldTellFromWhereARestoredDatabaseMayHaveToGoOn(int horizonDays, String watermark, long sequence) {
        assertEquals(sequence, new RetentionRule(91, horizonDays, 90).horizonSequence(FILES, micros(watermark)));
    }

    @ParameterizedTest
    @CsvSource({"90, 30, 90", "29, 30, 1", "30, -1, 1", "0, 0, 1"})
    void shouldRefuseDaysThatDoNotHangTogether(int retention, int horizon, int age) {
        assertThrows(IllegalArgumentException.class, () -> new RetentionRule(retention, horizon, age));
    }

    @Test
    void shouldNameEachHoldOnce() {
        assertEquals(
                List.of(
                        "retention",
                        "restore_horizon",
                        "event_age",
                        "not_applied",
                        "open_cycle",
                        "void",
                        "database_away",
                        "disk"),
                Arrays.stream(Hold.values())
                        .map(Hold::wireName)
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .toList());
    }
}

package dev.valora.billing.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.OrganizationId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrganizationTurnsTest {

    private static final OrganizationId ANNS = new OrganizationId(new UUID(0, 1));
    private static final OrganizationId BOBS = new OrganizationId(new UUID(0, 2));
    private static final BillingRun.Unfinished STUCK =
            new BillingRun.Unfinished("organization:1", Instant.EPOCH, "locked");

    private final OrganizationTurns turns = new OrganizationTurns(500);

    /** Times in a row that nothing could be done, what each took, and how long the organization then waits. */
    @ParameterizedTest
    @CsvSource({
        "1, PT0.002S, PT1S",
        "2, PT0.002S, PT2S",
        "5, PT0.002S, PT16S",
        "9, PT0.002S, PT4M16S",
        "10, PT0.002S, PT5M",
        "1000, PT0.002S, PT5M",
        "1, PT3S, PT3S",
        "3, PT3S, PT12S",
        "1, PT1M, PT1M",
        "4, PT1M, PT5M"
    })
    void shouldLetAnOrganizationWaitLongerEachTimeThatNothingCanBeDone(int times, Duration took, Duration wait) {
        long now = Long.MAX_VALUE - 5;
        for (int i = 0; i < times; i++) {
            turns.standStill(ANNS, STUCK, now, took.toNanos());
        }
        assertTrue(turns.isWaiting(ANNS, now + wait.toNanos() - 1));
        assertFalse(turns.isWaiting(ANNS, now + wait.toNanos()));
        assertFalse(turns.isWaiting(BOBS, now));
        assertEquals(List.of(STUCK), turns.stuck());
        turns.done(ANNS);
        assertFalse(turns.isWaiting(ANNS, now));
        assertEquals(List.of(), turns.stuck());
    }

    @Test
    void shouldHalveBatchesThatFailAndDoubleThoseThatDoNot() {
        List<Integer> limits = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            turns.halve(ANNS, 0, 0);
            limits.add(turns.limit(ANNS));
        }
        for (int i = 0; i < 9; i++) {
            turns.done(ANNS);
            limits.add(turns.limit(ANNS));
        }
        assertEquals(List.of(250, 125, 62, 31, 15, 7, 3, 1, 1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 500), limits);
        assertEquals(500, turns.limit(BOBS));
    }

    @Test
    void shouldNameWhatIsTheMostOverdueFirst() {
        List<BillingRun.Unfinished> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            expected.add(new BillingRun.Unfinished(
                    "organization:" + (char) ('a' + i), Instant.ofEpochSecond(i / 2), "It cannot."));
        }
        for (int i = 0; i < 20; i++) {
            int shuffled = i * 7 % 20;
            turns.standStill(new OrganizationId(new UUID(9, shuffled * 31L)), expected.get(shuffled), 0, 1);
        }
        assertEquals(expected, turns.stuck());
    }

    @Test
    void shouldWaitAsLongAsABatchTookThatTookTooLong() {
        turns.halve(ANNS, 100, 30);
        assertTrue(turns.isWaiting(ANNS, 129));
        assertFalse(turns.isWaiting(ANNS, 130));
        assertEquals(List.of(), turns.stuck());
    }
}

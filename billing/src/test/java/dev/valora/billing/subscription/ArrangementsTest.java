package dev.valora.billing.subscription;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Items of January 1; on the 10th others without proration, on the 20th others with it. */
final class ArrangementsTest {

    @ParameterizedTest
    @CsvSource({
        // what replaced it is kept: it stays charged until that is
        "a,      b,       b,       false, a 01-01/02-01 b 02-01/-",
        "a,      b,       b c,     false, a 01-01/02-01 b 02-01/- c 01-20/-",
        // what replaced it is replaced itself, or it comes back
        "a,      b,       c,       false, a 01-01/01-20 b 02-01/02-01 c 01-20/-",
        "a,      b,       a,       false, a 01-01/01-20 b 02-01/02-01 a 01-20/-",
        // nothing replaced it
        "a x,    x,       x,       false, a 01-01/02-01 x 01-01/-",
        "a x,    x,       x c,     false, a 01-01/02-01 x 01-01/- c 01-20/-",
        "a x,    x,       c,       false, a 01-01/02-01 x 01-01/01-20 c 01-20/-",
        // another quantity of the same price is what replaced it, whatever else was bought
        "a:2 x,  a:5 y,   a:5 z,   false, a 01-01/02-01 x 01-01/01-20 a 02-01/- y 02-01/02-01 z 01-20/-",
        "a:2 x,  a:5 y,   a:7 y,   false, a 01-01/01-20 x 01-01/02-01 a 02-01/02-01 y 02-01/- a 01-20/-",
        // of several that replaced several, one is enough
        "a x,    b y,     b,       false, a 01-01/02-01 x 01-01/02-01 b 02-01/- y 02-01/02-01",
        // periods begin anew
        "a,      b,       c,       true,  a 01-01/01-20 b 01-20/01-20 c 01-20/-",
        "a x,    x,       c,       true,  a 01-01/01-20 x 01-01/01-20 c 01-20/-",
    })
    void shouldChargeWhatEndedUntilWhatTookItsPlaceIsCharged(
            String first, String then, String last, boolean isYearly, String charged) {
        SoldItems sold = SoldItems.of(first).with(then, "2026-01-10", Charging.AFTER_PERIOD);
        assertEquals(
                charged,
                (isYearly ? sold.withYearly(last, "2026-01-20") : sold.with(last, "2026-01-20", Charging.BY_DAYS))
                        .charged());
    }

    @ParameterizedTest
    @CsvSource({
        // b was to begin on the 20th and never does: nobody is charged for it, and a goes on to the end of the period
        "a, b, 2026-01-15, AFTER_PERIOD, c, a 01-01/02-01 b 01-20/01-20 c 02-01/-",
        "a, b, 2026-01-15, BY_DAYS, c, a 01-01/01-15 b 01-20/01-20 c 01-15/-",
        "a, b, 2026-01-15, AFTER_PERIOD, a, a 01-01/- b 01-20/01-20",
        "a, a b, 2026-01-15, AFTER_PERIOD, a b, a 01-01/- b 01-20/01-20 b 02-01/-",
        // what was arranged for the day itself is replaced: a is the same item as before, with its tiers
        "a, b, 2026-01-20, BY_DAYS, a, a 01-01/- b 01-20/01-20",
        "a x, b, 2026-01-20, BY_DAYS, a b, a 01-01/- x 01-01/01-20 b 01-20/-",
        // without proration too: the last change of a day is the one that counts
        "a, b, 2026-01-20, AFTER_PERIOD, c, a 01-01/02-01 b 01-20/01-20 c 02-01/-",
        "a, b, 2026-01-20, AFTER_PERIOD, b, a 01-01/02-01 b 01-20/01-20 b 02-01/-",
        "a, a x, 2026-01-20, AFTER_PERIOD, a, a 01-01/- x 01-20/01-20",
        "a x, b, 2026-01-20, AFTER_PERIOD, a, a 01-01/- x 01-01/02-01 b 01-20/01-20",
        "a:2, a:5, 2026-01-20, AFTER_PERIOD, a:2, a 01-01/- a 01-20/01-20",
        "a:2 x, a:5, 2026-01-20, AFTER_PERIOD, x, a 01-01/02-01 x 01-01/- a 01-20/01-20",
        "a:2 x:2, a:5 x:5, 2026-01-20, AFTER_PERIOD, a:2 x:9, a 01-01/- x 01-01/02-01 a 01-20/01-20 x 01-20/01-20 x 02-01/-",
    })
    void shouldReplaceWhatWasArrangedForTheDayOrLater(
            String first, String arranged, String day, Charging charging, String last, String charged) {
        SoldItems sold = SoldItems.of(first).with(arranged, "2026-01-20", Charging.BY_DAYS);
        assertEquals(charged, sold.with(last, day, charging).charged());
    }

    /** On the 10th others without proration, on the 20th others; and then, of that day or an earlier one, others still. */
    @ParameterizedTest
    @CsvSource({
        // what cut a on the 20th does not come about: b cuts it now, or goes on and is charged when a is not any more
        "a, b, c, BY_DAYS, 2026-01-15, BY_DAYS, d, a 01-01/01-15 b 02-01/02-01 c 01-20/01-20 d 01-15/-",
        "a, b, c, BY_DAYS, 2026-01-15, BY_DAYS, b, a 01-01/02-01 b 02-01/- c 01-20/01-20",
        "a:2, a:5, c, BY_DAYS, 2026-01-15, BY_DAYS, a:9, a 01-01/01-15 a 02-01/02-01 c 01-20/01-20 a 01-15/-",
        "a, b, c, BY_DAYS, 2026-01-15, AFTER_PERIOD, d, a 01-01/02-01 b 02-01/02-01 c 01-20/01-20 d 02-01/-",
        "a, b, c, BY_DAYS, 2026-01-20, BY_DAYS, b, a 01-01/02-01 b 02-01/- c 01-20/01-20",
        "a, b, c, BY_DAYS, 2026-01-20, BY_DAYS, a, a 01-01/01-20 b 02-01/02-01 c 01-20/01-20 a 01-20/-",
        "a, b, c, BY_DAYS, 2026-01-20, BY_DAYS, d, a 01-01/01-20 b 02-01/02-01 c 01-20/01-20 d 01-20/-",
        "a, b, c, BY_DAYS, 2026-01-20, BY_DAYS, b c, a 01-01/02-01 b 02-01/- c 01-20/-",
        "a, b, c, BY_DAYS, 2026-01-20, BY_DAYS, c d, a 01-01/01-20 b 02-01/02-01 c 01-20/- d 01-20/-",
        "a:2, a:5, a:7, BY_DAYS, 2026-01-20, BY_DAYS, a:5, a 01-01/02-01 a 02-01/- a 01-20/01-20",
        "a x, x, c, BY_DAYS, 2026-01-20, BY_DAYS, x, a 01-01/02-01 x 01-01/- c 01-20/01-20",
        "a, b, c, BY_DAYS, 2026-01-20, AFTER_PERIOD, b, a 01-01/02-01 b 02-01/- c 01-20/01-20",
        "a, b, c, BY_DAYS, 2026-01-20, AFTER_PERIOD, b c, a 01-01/02-01 b 02-01/- c 01-20/01-20 c 02-01/-",
        // the change that does not come about was without proration
        "a, b, c, AFTER_PERIOD, 2026-01-20, BY_DAYS, b, a 01-01/02-01 b 02-01/- c 02-01/02-01",
        "a, b, c, AFTER_PERIOD, 2026-01-20, BY_DAYS, d, a 01-01/01-20 b 02-01/02-01 c 02-01/02-01 d 01-20/-",
        "a:2, a:5, c, AFTER_PERIOD, 2026-01-20, BY_DAYS, c d, a 01-01/01-20 a 02-01/02-01 c 02-01/02-01 c 01-20/- d 01-20/-",
        "a, b, c, AFTER_PERIOD, 2026-01-20, BY_DAYS, c, a 01-01/01-20 b 02-01/02-01 c 02-01/02-01 c 01-20/-",
        "a, b, c, AFTER_PERIOD, 2026-01-20, AFTER_PERIOD, c, a 01-01/02-01 b 02-01/02-01 c 02-01/-",
        // a price that was replaced and was bought again beside its successor
        "a, x, a x, AFTER_PERIOD, 2026-01-20, BY_DAYS, x, a 01-01/02-01 x 02-01/- a 02-01/02-01",
        "a:2, a:1 x, a:1, BY_DAYS, 2026-01-20, BY_DAYS, x, a 01-01/01-20 a 02-01/02-01 x 02-01/-",
    })
    void shouldChargeAsWithoutWhatDoesNotComeAbout(
            String first,
            String then,
            String replaced,
            Charging replacedCharging,
            String day,
            Charging charging,
            String last,
            String charged) {
        SoldItems sold = SoldItems.of(first)
                .with(then, "2026-01-10", Charging.AFTER_PERIOD)
                .with(replaced, "2026-01-20", replacedCharging);
        assertEquals(charged, sold.with(last, day, charging).charged());
    }

    /** On the 10th b without proration, from February 1 on c, and on the 20th c at once. */
    @Test
    void shouldCutWhatEndedWhenWhatTookItsPlaceWasToEndBeforeItIsCharged() {
        SoldItems sold = SoldItems.of("a")
                .with("b", "2026-01-10", Charging.AFTER_PERIOD)
                .with("c", "2026-02-01", Charging.BY_DAYS)
                .with("c", "2026-01-20", Charging.BY_DAYS);
        assertEquals("a 01-01/01-20 b 02-01/02-01 c 02-01/02-01 c 01-20/-", sold.charged());
    }

    /** On the 10th others without proration, on the 20th a yearly y; and then, of a day up to the 20th, others of a month. */
    @ParameterizedTest
    @CsvSource({
        "a,   b, 2026-01-20, b, a 01-01/02-01 b 02-01/- y 01-20/01-20",
        "a,   b, 2026-01-20, c, a 01-01/01-20 b 02-01/02-01 y 01-20/01-20 c 01-20/-",
        "a,   b, 2026-01-15, b, a 01-01/02-01 b 02-01/- y 01-20/01-20",
        // nothing was bought where a was dropped: it is charged to the end of its period again
        "a x, x, 2026-01-20, x, a 01-01/02-01 x 01-01/- y 01-20/01-20",
        "a x, x, 2026-01-15, x, a 01-01/02-01 x 01-01/- y 01-20/01-20",
        "a x, x, 2026-01-15, c, a 01-01/02-01 x 01-01/01-15 y 01-20/01-20 c 01-15/-",
    })
    void shouldChargeAsBeforeAnotherIntervalThatDoesNotComeAbout(
            String first, String then, String day, String last, String charged) {
        SoldItems sold = SoldItems.of(first)
                .with(then, "2026-01-10", Charging.AFTER_PERIOD)
                .withYearly("y", "2026-01-20");
        assertEquals(charged, sold.with(last, day, Charging.BY_DAYS).charged());
    }

    /** On the 10th and on the 15th others without proration, and then, on the 20th, others at once. */
    @ParameterizedTest
    @CsvSource({
        // nothing took the place of a, whatever replaced what was bought beside it
        "a x:1, x:2,   c,     d,   a 01-01/02-01 x 01-01/01-20 x 02-01/02-01 c 02-01/02-01 d 01-20/-",
        "a x:1, x:2,   c,     c d, a 01-01/02-01 x 01-01/02-01 x 02-01/02-01 c 02-01/- d 01-20/-",
        // c took the place that b had taken
        "a,     b,     c,     d,   a 01-01/01-20 b 02-01/02-01 c 02-01/02-01 d 01-20/-",
        // b left it to nobody, so a is charged to the end of the period, whatever else is dropped
        "a x,   b x,   x,     d,   a 01-01/02-01 x 01-01/01-20 b 02-01/02-01 d 01-20/-",
        // a price that comes back beside what replaced it is something else that was bought
        "a,     x,     a x,   x,   a 01-01/02-01 x 02-01/- a 02-01/02-01",
    })
    void shouldCutOnlyWhatIsReplacedByWhatEnds(String first, String then, String after, String last, String charged) {
        SoldItems sold = SoldItems.of(first)
                .with(then, "2026-01-10", Charging.AFTER_PERIOD)
                .with(after, "2026-01-15", Charging.AFTER_PERIOD)
                .with(last, "2026-01-20", Charging.BY_DAYS);
        assertEquals(charged, sold.charged());
    }

    /** What a subscription began with is there before all changes of its first day. */
    @ParameterizedTest
    @CsvSource({
        "b, AFTER_PERIOD, c, AFTER_PERIOD, a 01-01/02-01 b 02-01/02-01 c 02-01/-",
        "b, AFTER_PERIOD, c, BY_DAYS, a 01-01/01-01 b 02-01/02-01 c 01-01/-",
        "b, BY_DAYS, c, AFTER_PERIOD, a 01-01/02-01 b 01-01/01-01 c 02-01/-",
        "b, BY_DAYS, a, AFTER_PERIOD, a 01-01/- b 01-01/01-01",
        "b, BY_DAYS, a, BY_DAYS, a 01-01/- b 01-01/01-01",
    })
    void shouldKeepWhatASubscriptionBeganWith(
            String then, Charging first, String last, Charging second, String charged) {
        SoldItems sold = SoldItems.of("a").with(then, "2026-01-01", first).with(last, "2026-01-01", second);
        assertEquals(charged, sold.charged());
    }

    /** Licences of one price may be bought twice, and one of them dropped. */
    @Test
    void shouldTellEqualItemsApart() {
        assertEquals(
                "a 01-01/- a 01-01/01-20",
                SoldItems.of("a a").with("a", "2026-01-20", Charging.BY_DAYS).charged());
        assertEquals(
                "a 01-01/- a 01-01/02-01 b 02-01/-",
                SoldItems.of("a a")
                        .with("a b", "2026-01-20", Charging.AFTER_PERIOD)
                        .charged());
    }

    @Test
    void shouldChangeNothingWhenTheSameIsAskedForAgain() {
        SoldItems sold = SoldItems.of("a x").with("b x", "2026-01-10", Charging.AFTER_PERIOD);
        assertEquals(
                sold.items(),
                sold.with("b x", "2026-01-10", Charging.AFTER_PERIOD).items());
        assertEquals(
                sold.items(), sold.with("x b", "2026-01-20", Charging.BY_DAYS).items());
    }

    /** What was to begin with a period does so, though the same, or more, is asked for again when that period runs. */
    @ParameterizedTest
    @CsvSource({
        "b,   AFTER_PERIOD, a 01-01/02-01 b 02-01/-",
        "b c, AFTER_PERIOD, a 01-01/02-01 b 02-01/- c 02-01/-",
        "b,   BY_DAYS,      a 01-01/02-01 b 02-01/02-01 b 02-01/-",
        "a,   AFTER_PERIOD, a 01-01/- b 02-01/02-01",
    })
    void shouldBeginWithThePeriodThatLayAhead(String again, Charging charging, String charged) {
        SoldItems sold = SoldItems.of("a").with("b", "2026-02-01", Charging.WITH_PERIOD);
        assertEquals("a 01-01/02-01 b 02-01/-", sold.charged());
        assertEquals(charged, sold.with(again, "2026-02-01", charging).charged());
    }

    /** A trial to the 15th that ends on the 5th: periods begin on the 5th, and so does what waits for the end of one. */
    @Test
    void shouldFollowThePeriodsWhenATrialEndsEarly() {
        Lifetime trial = SoldItems.of("a").lifetime().withTrialUntil(LocalDate.parse("2026-01-15"));
        SoldItems sold = SoldItems.of("a", trial)
                .with("b", "2026-01-03", Charging.AFTER_PERIOD)
                .with("c", "2026-01-20", Charging.AFTER_PERIOD);
        assertEquals("a 01-01/01-03 b 01-03/02-15 c 02-15/-", sold.charged());
        SoldItems early = sold.living(trial.withTrialUntil(LocalDate.parse("2026-01-05")));
        assertEquals("a 01-01/01-03 b 01-03/02-05 c 02-05/-", early.charged());
        assertEquals(
                "a 01-01/01-03 b 01-03/02-05 c 02-05/02-05 d 02-05/-",
                early.with("d", "2026-02-01", Charging.AFTER_PERIOD).charged());
    }

    /** Another interval that was asked for in the trial begins on its day, though the trial ended before. */
    @Test
    void shouldChargeAnotherIntervalFromItsDayOnWhenATrialEndsEarly() {
        Lifetime trial = SoldItems.of("a").lifetime().withTrialUntil(LocalDate.parse("2026-02-01"));
        LocalDate day = LocalDate.parse("2026-01-20");
        SoldItems sold = SoldItems.of("a", trial)
                .with(
                        new Arrangement(day, Charging.AFTER_PERIOD, SoldItems.wanted("y")),
                        trial.withIntervals(trial.intervals().changedOn(day, SoldItems.YEAR)));
        SoldItems early = sold.living(sold.lifetime().withTrialUntil(LocalDate.parse("2026-01-10")));
        assertEquals("a 01-01/01-20 y 01-20/-", early.charged());
    }

    /** An end may be taken back, so the period is as long as without it. */
    @Test
    void shouldWaitForTheEndOfThePeriodWhateverTheEndOfTheSubscription() {
        SoldItems sold = SoldItems.of("a");
        SoldItems ending = sold.living(sold.lifetime().endingOn(LocalDate.parse("2026-01-25")));
        assertEquals(
                "a 01-01/02-01 b 02-01/-",
                ending.with("b", "2026-01-10", Charging.AFTER_PERIOD).charged());
    }

    @Test
    void shouldRefuseADayBeforeTheStart() {
        SoldItems sold = SoldItems.of("a");
        assertThrows(IllegalArgumentException.class, () -> sold.with("b", "2025-12-31", Charging.BY_DAYS));
        assertThrows(IllegalArgumentException.class, () -> new Arrangements(List.of()));
    }

    /** What may be kept or come back: what lives on the day, and what lived before a change of that day. */
    @Test
    void shouldKnowWhatLivedBeforeTheChangesOfTheDay() {
        SoldItems sold = SoldItems.of("a:5 x").with("b x", "2026-01-20", Charging.BY_DAYS);
        List<Item> known = Arrangements.of(sold.asked()).known(LocalDate.parse("2026-01-20"), sold.items());
        assertEquals(List.of("x", "b", "a"), known.stream().map(Item::price).toList());
        List<Item> later = Arrangements.of(sold.asked()).known(LocalDate.parse("2026-01-21"), sold.items());
        assertEquals(List.of("x", "b"), later.stream().map(Item::price).toList());
    }

    @Test
    void shouldKeepTheIdsOfWhatGoesOn() {
        SoldItems sold = SoldItems.of("a:2 x");
        UUID kept = sold.items().getFirst().id();
        SoldItems changed =
                sold.with("a:5", "2026-01-20", Charging.BY_DAYS).with("a:2", "2026-01-20", Charging.BY_DAYS);
        assertEquals(kept, changed.items().getFirst().id());
        assertEquals(List.of("a:2"), changed.livingOn(LocalDate.parse("2026-01-25")));
    }
}

package dev.valora.billing.contract;

import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.contract.SubscriptionEdit.Outcome;
import dev.valora.billing.offering.PlanStore;
import dev.valora.billing.subscription.Arrangement;
import dev.valora.billing.subscription.Arrangement.Wanted;
import dev.valora.billing.subscription.Arrangements;
import dev.valora.billing.subscription.Charging;
import dev.valora.billing.subscription.ItemChange;
import dev.valora.billing.subscription.Lifetime;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.ProblemException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Other items from a day on, as a request says.
 *
 * @param effectiveDate null for today
 * @param prorated whether the rest of the period is charged and credited by days
 */
record ContractChange(
        JsonFields fields, SentItems sent, @Nullable LocalDate effectiveDate, boolean prorated) {

    private static final String EFFECTIVE_DATE = "effective_date";
    private static final Map<String, Boolean> PRORATION = proration();

    /** Reads a body; the caller looks up what it names and then checks the fields. */
    static ContractChange read(JsonFields fields) {
        return new ContractChange(
                fields,
                SentItems.read(fields),
                fields.date(EFFECTIVE_DATE).orElse(null),
                fields.choice("proration", PRORATION, true));
    }

    /** @throws ProblemException 422 with everything that is wrong; 409 for a canceled one and for a usage price in use */
    Subscription run(SubscriptionEdit edit) {
        Subscription before = edit.before();
        if (before.status() instanceof SubscriptionStatus.Canceled) {
            fields.check();
            throw edit.illegal("be changed");
        }
        LocalDate day = effectiveDate == null ? first(edit) : effectiveDate;
        checkDay(edit, day);
        WantedItems.Reading reading = new WantedItems.Reading(
                edit.change().transaction(), edit.change().author().organization(), fields, sent);
        List<Arrangement> asked = ArrangementStore.load(reading.transaction(), reading.organization(), before);
        Arrangements arranged = Arrangements.of(asked);
        WantedItems wanted = reading.from(day, arranged.known(day, before.items()), before.plan());
        boolean isAskedAgain = !fields.hasProblems()
                && arranged.with(new Arrangement(day, sentCharging(), wanted.items()))
                        .equals(arranged);
        Optional<Charging> replaced = arranged.changeOn(day).map(Arrangement::charging);
        Lifetime lifetime = isAskedAgain ? before.lifetime() : lifetime(edit, day, wanted, replaced);
        fields.check();
        wanted.refuseUsagePriceInUse(
                reading, new ItemStore.Buyer(before.customerId(), before.id(), day), before.customerKey());
        Arrangements next = isAskedAgain
                ? arranged
                : arranged.with(new Arrangement(day, charging(edit, lifetime, day), wanted.items()));
        ItemChange items = ItemChange.between(before.items(), next.items(lifetime));
        Subscription after = before.with(plan(edit, wanted), lifetime, items.applyTo(before.items()));
        // How it is charged is kept though no day follows from it yet: a trial may end early.
        boolean isChargedAlike =
                replaced.filter(charging -> charging != next.last().charging()).isEmpty();
        if (after.equals(before) && isChargedAlike) {
            return before;
        }
        if (!isAskedAgain) {
            ArrangementStore.refuseTooMany(asked);
            ArrangementStore.append(reading.transaction(), reading.organization(), before.id(), next.last());
        }
        return edit.write(new Outcome(after, items, Optional.empty(), "subscription.changed"));
    }

    /** Today, or the first day of a subscription that has not begun. */
    private static LocalDate first(SubscriptionEdit edit) {
        LocalDate start = edit.before().lifetime().start();
        return start.isAfter(edit.today()) ? start : edit.today();
    }

    private void checkDay(SubscriptionEdit edit, LocalDate day) {
        Lifetime lifetime = edit.before().lifetime();
        LocalDate end = lifetime.end();
        LocalDate earliest = lifetime.start().isAfter(edit.today())
                ? lifetime.start()
                : lifetime.periodContaining(edit.today()).start();
        LocalDate latest = edit.today().plusDays(SubscriptionFields.DAYS_FROM_TODAY);
        if (day.isBefore(earliest) || day.isAfter(latest)) {
            fields.problem(
                    EFFECTIVE_DATE,
                    "out_of_range",
                    "Name a day from the start of the running period, " + earliest + ", to " + latest + ".");
        } else if (end != null && !day.isBefore(end)) {
            fields.problem(
                    EFFECTIVE_DATE, "out_of_range", "The subscription ends on " + end + "; name an earlier day.");
        }
        if (fields.hasProblems()) {
            fields.check();
        }
    }

    /**
     * Another interval closes the period on that day and prorates what lies between it and the next anchor. A change of the same day is
     * replaced, so it is the interval before that day which is another or not.
     *
     * @param replaced how that change is charged, if there is one
     */
    private Lifetime lifetime(SubscriptionEdit edit, LocalDate day, WantedItems wanted, Optional<Charging> replaced) {
        Lifetime before = edit.before().lifetime();
        BillingInterval interval = wanted.interval();
        Lifetime after = before.withIntervals(
                day.isAfter(edit.today())
                        ? before.intervals().changedOn(day, interval)
                        : before.intervals().changedSince(day, interval));
        boolean isAsBeforeTheDay = before.intervals().before(day).on(day).equals(interval);
        boolean isAsOnTheDay = before.intervals().on(day).equals(interval);
        if (isAsBeforeTheDay && isAsOnTheDay) {
            return after;
        }
        if (before.anchorDay().isPresent() && !interval.isMonthly()) {
            fields.problem(
                    sent.member(),
                    "anchor_day_needs_months",
                    "This subscription has an anchor day, and periods of days or weeks have none.");
        }
        if (!before.isInTrial(day)) {
            Lifetime unchanged = before.withIntervals(before.intervals().before(day));
            boolean beginsAhead = day.isAfter(edit.today())
                    && unchanged.periodContaining(day).start().equals(day);
            boolean beganWithPeriod = isAsOnTheDay
                    && replaced.filter(Charging.WITH_PERIOD::equals).isPresent();
            if (!prorated && !isAsBeforeTheDay && !beginsAhead && !beganWithPeriod) {
                fields.problem(
                        "proration",
                        "interval_needs_proration",
                        "A change of interval is always prorated, unless it starts with a period that lies ahead.");
            }
            boolean isUndoneAhead = isAsBeforeTheDay && day.isAfter(edit.today());
            if (!isUndoneAhead && !fields.hasProblems()) {
                checkCharged(edit, after.periodContaining(day), wanted);
            }
        }
        return after;
    }

    /** What is charged in advance is charged with the period before; a longer period would wait for that until it ends. */
    private void checkCharged(SubscriptionEdit edit, DateRange wanted, WantedItems items) {
        Optional<OpenedCycle> open = edit.openCycle();
        boolean isLonger = open.map(opened -> opened.cycle().period())
                .filter(period ->
                        period.start().equals(wanted.start()) && period.end().isBefore(wanted.end()))
                .isPresent();
        if (isLonger && edit.isCharged(open.get().key()) && edit.billsInAdvance(items)) {
            fields.problem(
                    EFFECTIVE_DATE,
                    "period_charged",
                    "The invoice that charges the period from " + wanted.start()
                            + " in advance is made, and a longer one would be charged only after its end; name a later day.");
        }
    }

    private Charging sentCharging() {
        return prorated ? Charging.BY_DAYS : Charging.AFTER_PERIOD;
    }

    /** Without proration the period goes on being charged as it was, unless it has not begun. */
    private Charging charging(SubscriptionEdit edit, Lifetime lifetime, LocalDate day) {
        boolean liesAhead = day.isAfter(edit.today())
                && lifetime.periodContaining(day).start().equals(day);
        return !prorated && liesAhead ? Charging.WITH_PERIOD : sentCharging();
    }

    /** Items named one by one leave the plan, unless they are just its prices with other quantities. */
    private @Nullable String plan(SubscriptionEdit edit, WantedItems wanted) {
        String before = edit.before().plan();
        if (sent.plan() != null || before == null) {
            return sent.plan();
        }
        Set<String> prices = wanted.items().stream().map(Wanted::price).collect(Collectors.toSet());
        return PlanStore.find(
                        edit.change().transaction(), edit.change().author().organization(), before)
                .filter(plan -> new HashSet<>(plan.prices()).equals(prices)
                        && plan.prices().size() == wanted.items().size())
                .map(plan -> before)
                .orElse(null);
    }

    private static Map<String, Boolean> proration() {
        Map<String, Boolean> byName = new LinkedHashMap<>();
        byName.put("prorate", true);
        byName.put("none", false);
        return byName;
    }
}

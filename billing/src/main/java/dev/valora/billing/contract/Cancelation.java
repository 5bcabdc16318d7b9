package dev.valora.billing.contract;

import dev.valora.billing.contract.SubscriptionEdit.Outcome;
import dev.valora.billing.contract.TransitionStore.Transition;
import dev.valora.billing.subscription.ItemChange;
import dev.valora.billing.subscription.Lifetime;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.JsonFields;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a subscription is to end, as a request says. Pure but for the rows that it has written.
 *
 * @param date the first day not billed; null unless it was named
 */
record Cancelation(JsonFields fields, At at, @Nullable LocalDate date) {

    private static final Map<String, At> BY_NAME = byName();

    /** The words of the contract in lower case. */
    enum At {
        PERIOD_END,
        NOW,
        DATE
    }

    /** Reads a body; what depends on the subscription is checked when it is known. */
    static Cancelation read(JsonFields fields) {
        At at = fields.choice("at", BY_NAME, At.PERIOD_END);
        boolean known = !fields.hasProblems();
        Optional<LocalDate> date = fields.date("date");
        if (at == At.DATE && !fields.has("date")) {
            fields.problem("date", "missing_field", "Name the first day not billed.");
        } else if (known && at != At.DATE && fields.has("date")) {
            fields.problem("date", "invalid_field", "Only at: date has a date.");
        }
        fields.check();
        return new Cancelation(fields, at, date.orElse(null));
    }

    /** Ends the subscription; asking again for what is arranged already changes nothing. */
    Subscription run(SubscriptionEdit edit) {
        SubscriptionStatus canceled = new SubscriptionStatus.Canceled();
        Transition transition = edit.to(canceled, reason(edit), edit.today());
        Subscription before = edit.before();
        LocalDate end = end(edit);
        boolean atOnce = isOver(edit, end);
        if (!atOnce && end.equals(before.lifetime().end())) {
            return before;
        }
        Uncanceling.refuseUsagePricesInUse(edit, end);
        return edit.write(new Outcome(
                withEnd(before, end),
                ItemChange.none(),
                atOnce ? Optional.of(transition) : Optional.empty(),
                atOnce ? "subscription.canceled" : "subscription.cancel_scheduled"));
    }

    static Subscription withEnd(Subscription before, @Nullable LocalDate end) {
        return before.with(before.plan(), before.lifetime().endingOn(end), before.items());
    }

    private String reason(SubscriptionEdit edit) {
        if (!edit.before().status().isLive()) {
            return "canceled before its start";
        }
        return at == At.DATE ? "canceled for a day that was named" : "canceled now";
    }

    /** Whether it is canceled with the request, not by a job on a later day. */
    private boolean isOver(SubscriptionEdit edit, LocalDate end) {
        if (!edit.before().status().isLive()) {
            return !end.isAfter(edit.before().lifetime().start());
        }
        return at == At.NOW || !end.isAfter(edit.today());
    }

    private LocalDate end(SubscriptionEdit edit) {
        Lifetime lifetime = edit.before().lifetime().endingOn(null);
        if (!edit.before().status().isLive()) {
            return date == null || date.isBefore(lifetime.start())
                    ? lifetime.start()
                    : checked(date, lifetime.start(), edit);
        }
        return switch (at) {
            case PERIOD_END -> lifetime.periodContaining(edit.today()).end();
            case NOW -> edit.today().plusDays(1);
            case DATE ->
                checked(
                        Objects.requireNonNull(date),
                        lifetime.periodContaining(edit.today()).start(),
                        edit);
        };
    }

    private LocalDate checked(LocalDate wanted, LocalDate earliest, SubscriptionEdit edit) {
        LocalDate latest = edit.today().plusDays(SubscriptionFields.DAYS_FROM_TODAY);
        if (wanted.isBefore(earliest) || wanted.isAfter(latest)) {
            fields.problem(
                    "date",
                    "out_of_range",
                    "Name a day from the start of the running period, " + earliest + ", to " + latest + ".");
        }
        fields.check();
        return wanted;
    }

    private static Map<String, At> byName() {
        Map<String, At> byName = new LinkedHashMap<>();
        for (At at : List.of(At.PERIOD_END, At.NOW, At.DATE)) {
            byName.put(at.name().toLowerCase(Locale.ROOT), at);
        }
        return byName;
    }
}

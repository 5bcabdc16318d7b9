package dev.valora.billing.subscription;

import java.util.List;
import java.util.Optional;

/** Where a subscription stands, and where it may go from there. Each has one value, as records without members are equal. */
public sealed interface SubscriptionStatus {

    /** Its start lies ahead. */
    record Scheduled() implements SubscriptionStatus {}

    /** It began with days that cost nothing. */
    record Trialing() implements SubscriptionStatus {}

    /** It is billed. */
    record Active() implements SubscriptionStatus {}

    /** It is billed, and an invoice stayed unpaid after its due date. */
    record PastDue() implements SubscriptionStatus {}

    /** It ended; only late usage may still be billed. */
    record Canceled() implements SubscriptionStatus {}

    /** Every status, in the order of a life. */
    static List<SubscriptionStatus> all() {
        return List.of(new Scheduled(), new Trialing(), new Active(), new PastDue(), new Canceled());
    }

    /** Reads a wire name; empty when there is no such status. */
    static Optional<SubscriptionStatus> ofWireName(String name) {
        return all().stream().filter(status -> status.wireName().equals(name)).findFirst();
    }

    /** Wire names in a sentence. */
    static String names(List<SubscriptionStatus> statuses) {
        return String.join(
                ", ", statuses.stream().map(SubscriptionStatus::wireName).toList());
    }

    /** The name used by the HTTP contract and in the database. */
    default String wireName() {
        return switch (this) {
            case Scheduled ignored -> "scheduled";
            case Trialing ignored -> "trialing";
            case Active ignored -> "active";
            case PastDue ignored -> "past_due";
            case Canceled ignored -> "canceled";
        };
    }

    /** What may come next, in the order of a life. */
    default List<SubscriptionStatus> next() {
        return switch (this) {
            case Scheduled ignored -> List.of(new Trialing(), new Active(), new Canceled());
            case Trialing ignored -> List.of(new Active(), new Canceled());
            case Active ignored -> List.of(new PastDue(), new Canceled());
            case PastDue ignored -> List.of(new Active(), new Canceled());
            case Canceled ignored -> List.of();
        };
    }

    /** Whether it has begun and not ended. */
    default boolean isLive() {
        return switch (this) {
            case Trialing ignored -> true;
            case Active ignored -> true;
            case PastDue ignored -> true;
            case Scheduled ignored -> false;
            case Canceled ignored -> false;
        };
    }

    /** One step of a life, or why it is none. */
    default Step to(SubscriptionStatus wanted) {
        return next().contains(wanted) ? new Step.Taken(this, wanted) : new Step.Refused(this, wanted, next());
    }

    /** The outcome of asking for a status. */
    sealed interface Step {

        /** The status may follow. */
        record Taken(SubscriptionStatus from, SubscriptionStatus to) implements Step {}

        /**
         * The status may not follow.
         *
         * @param allowed what may
         */
        record Refused(SubscriptionStatus from, SubscriptionStatus to, List<SubscriptionStatus> allowed)
                implements Step {
            public Refused {
                allowed = List.copyOf(allowed);
            }
        }
    }
}

package dev.valora.billing.subscription;

import dev.valora.billing.calendar.DateRange;
import dev.valora.ingest.Organization;
import java.time.Instant;
import java.util.Locale;

/**
 * One period of one subscription, with the instants that were frozen when it opened.
 *
 * @param number from 1; 0 for the opening, which has no period of its own and carries the first one's, for its advance charges
 * @param startsAt the start of the period's first day in the organization's zone
 * @param endsAt the start of the first day behind it
 * @param graceHours that late usage was given
 * @param acceptedBefore a whole UTC hour: usage accepted from then on is late
 * @param netTermsDays from issue to due date of its invoice
 * @param lateUsage what becomes of earlier cycles' late usage when this one is closed
 * @param zeroInvoices whether it is closed with an invoice on which every amount is 0
 */
public record Cycle(
        int number,
        DateRange period,
        Instant startsAt,
        Instant endsAt,
        int graceHours,
        Instant acceptedBefore,
        int netTermsDays,
        Organization.LateUsage lateUsage,
        Organization.ZeroInvoices zeroInvoices,
        Kind kind,
        State state) {

    /** The same cut at another hour. */
    public Cycle withCut(Instant otherAcceptedBefore) {
        return new Cycle(
                number,
                period,
                startsAt,
                endsAt,
                graceHours,
                otherAcceptedBefore,
                netTermsDays,
                lateUsage,
                zeroInvoices,
                kind,
                state);
    }

    /** What a cycle is for. */
    public enum Kind {
        /** It costs nothing. */
        TRIAL,
        /** Its items are billed. */
        BILLED,
        /** It follows the end of its subscription: only what is late of earlier cycles is billed. */
        TAIL;

        /** The name in the database. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Reads what {@link #wireName} gave. */
        public static Kind ofWireName(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    /** How far a cycle is. */
    public enum State {
        /** Its period runs. */
        OPEN,
        /** Its period is over, usage for it is still taken or being applied. */
        AWAITING_CUT,
        /** It was billed. */
        CLOSED;

        /** The name used by the HTTP contract and in the database. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Reads what {@link #wireName} gave. */
        public static State ofWireName(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }
}

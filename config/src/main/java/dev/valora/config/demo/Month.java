package dev.valora.config.demo;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/** The month that is billed: January 2026 in New York, and the moments to which the clock is turned. */
final class Month {

    static final ZoneId ZONE = ZoneId.of("America/New_York");

    static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);

    /** The first day that is not in the month. */
    static final LocalDate END_DAY = FIRST_DAY.plusMonths(1);

    static final Instant START = FIRST_DAY.atStartOfDay(ZONE).toInstant();

    static final Instant END = END_DAY.atStartOfDay(ZONE).toInstant();

    /** The month's last half hour has begun: every event of it may be sent, and some of the next month too. */
    static final Instant LATE = END.minusSeconds(30 * 60);

    /** The end of the events' times: into the next month, and less than the hour after {@link #LATE} that is accepted. */
    static final Instant LAST_EVENT = END.plusSeconds(20 * 60);

    static final int GRACE_HOURS = 1;

    /** The grace is over as well. */
    static final Instant OVER = END.plusSeconds(GRACE_HOURS * 3_600L + 300);

    private Month() {}
}

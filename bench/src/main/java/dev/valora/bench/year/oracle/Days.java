package dev.valora.bench.year.oracle;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Local days {@code [start, end)}, at least one. Any thread.
 *
 * @param end exclusive; {@link #FOREVER} when nothing ends them
 */
public record Days(LocalDate start, LocalDate end) {

    /** Later than anything that happens. */
    public static final LocalDate FOREVER = LocalDate.of(9999, 12, 31);

    /** Checks that there is at least one. */
    public Days {
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("no days in [" + start + ", " + end + ")");
        }
    }

    /** The days between two dates; null when there are none. */
    static @Nullable Days between(LocalDate start, LocalDate end) {
        return start.isBefore(end) ? new Days(start, end) : null;
    }

    /** The days that both have; null when there are none. */
    @Nullable
    Days meet(Days other) {
        return between(later(start, other.start), earlier(end, other.end));
    }

    /** How many. */
    long count() {
        return ChronoUnit.DAYS.between(start, end);
    }

    boolean contains(LocalDate day) {
        return !day.isBefore(start) && day.isBefore(end);
    }

    Instant startsAt(ZoneId zone) {
        return start.atStartOfDay(zone).toInstant();
    }

    Instant endsAt(ZoneId zone) {
        return end.atStartOfDay(zone).toInstant();
    }

    static LocalDate earlier(LocalDate one, LocalDate other) {
        return one.isBefore(other) ? one : other;
    }

    static LocalDate later(LocalDate one, LocalDate other) {
        return one.isAfter(other) ? one : other;
    }

    @Override
    public String toString() {
        return start + ".." + end;
    }
}

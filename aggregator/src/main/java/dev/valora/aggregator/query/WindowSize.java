package dev.valora.aggregator.query;

import dev.valora.aggregator.WindowsRequest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How long the windows of an answer are, by the organization's local time. */
enum WindowSize {
    TOTAL,
    HOUR,
    DAY,
    MONTH;

    static Optional<WindowSize> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(size -> size.wireName().equals(name))
                .findFirst();
    }

    static String wireNames() {
        return Arrays.stream(values()).map(WindowSize::wireName).collect(Collectors.joining(", "));
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The boundaries of the windows that together are {@code [from, to)}: both ends, and every start of a local hour, day or
     * month between them. The first and the last window may be part of one. Where that is more
     * than {@link WindowsRequest#WINDOWS_MAX} windows, stops with a last boundary before {@code to}.
     */
    List<Instant> boundaries(Instant from, Instant to, ZoneId zone) {
        List<Instant> boundaries = new ArrayList<>();
        boundaries.add(from);
        Instant next = following(from, zone);
        while (next.isBefore(to) && boundaries.size() < WindowsRequest.WINDOWS_MAX) {
            boundaries.add(next);
            next = following(next, zone);
        }
        if (!next.isBefore(to)) {
            boundaries.add(to);
        }
        return boundaries;
    }

    /** The first start of a window after the instant; for {@link #TOTAL} there is none. */
    private Instant following(Instant instant, ZoneId zone) {
        LocalDate date = instant.atZone(zone).toLocalDate();
        return switch (this) {
            case TOTAL -> Instant.MAX;
            case HOUR -> followingHour(instant, zone);
            case DAY -> date.plusDays(1).atStartOfDay(zone).toInstant();
            case MONTH ->
                date.withDayOfMonth(1).plusMonths(1).atStartOfDay(zone).toInstant();
        };
    }

    private static Instant followingHour(Instant instant, ZoneId zone) {
        ZonedDateTime later = instant.atZone(zone).plusHours(1);
        Instant start = later.truncatedTo(ChronoUnit.HOURS).toInstant();
        // Where clocks go back by half an hour, the local hour starts twice.
        return start.isAfter(instant) ? start : later.toInstant();
    }
}

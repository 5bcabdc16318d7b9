package dev.valora.ingest.access;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Time zones as organizations may have them. Pure. */
final class Zones {

    private static final Instant SINCE = Instant.parse("2000-01-01T00:00:00Z");
    private static final int HOUR_SECONDS = 3_600;
    private static final int QUARTER_SECONDS = 900;

    private Zones() {}

    /** The zone with this IANA name; empty for offsets, abbreviations of our own and anything else. */
    static Optional<ZoneId> parse(String name) {
        try {
            return ZoneRulesProvider.getAvailableZoneIds().contains(name)
                    ? Optional.of(ZoneId.of(name))
                    : Optional.empty();
        } catch (DateTimeException malformed) {
            return Optional.empty();
        }
    }

    /**
     * The length of a window in minutes whose boundaries hold the start of every local day: 60 where every offset since 2000
     * is a whole hour, otherwise 15; empty where even that does not fit.
     */
    static OptionalInt windowMinutes(ZoneRules rules) {
        int[] offsets = offsetsSince2000(rules)
                .mapToInt(ZoneOffset::getTotalSeconds)
                .distinct()
                .toArray();
        int minutes = 60;
        for (int offset : offsets) {
            if (offset % QUARTER_SECONDS != 0) {
                return OptionalInt.empty();
            }
            if (offset % HOUR_SECONDS != 0) {
                minutes = 15;
            }
        }
        return OptionalInt.of(minutes);
    }

    /** Offsets at the start, from each change that is known, and from the rules by which changes go on for ever. */
    private static Stream<ZoneOffset> offsetsSince2000(ZoneRules rules) {
        Stream<ZoneOffset> changes = rules.getTransitions().stream()
                .filter(change -> change.getInstant().isAfter(SINCE))
                .flatMap(change -> Stream.of(change.getOffsetBefore(), change.getOffsetAfter()));
        Stream<ZoneOffset> lasting = rules.getTransitionRules().stream()
                .flatMap(rule -> Stream.of(rule.getOffsetBefore(), rule.getOffsetAfter()));
        return Stream.concat(Stream.of(rules.getOffset(SINCE)), Stream.concat(changes, lasting));
    }
}

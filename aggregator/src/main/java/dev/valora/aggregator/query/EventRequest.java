package dev.valora.aggregator.query;

import dev.valora.aggregator.EventSelection;
import dev.valora.ingest.RegisteredMeter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A page of events.
 *
 * @param meters that must have counted an event: the one that was named, or all of the organization
 * @param showsQuantity whether one meter was named, so that what it took of an event is shown
 * @param fate which events are shown
 * @param limit events of the page, at least 1
 * @param from packed position; records before it were on earlier pages
 */
record EventRequest(
        EventSelection selection,
        List<RegisteredMeter> meters,
        boolean showsQuantity,
        Fate fate,
        int limit,
        long from) {

    /** What became of an event until the cut. */
    enum Fate {
        ACCEPTED,
        VOIDED,
        ANY;

        static Optional<Fate> ofWireName(String name) {
            return Arrays.stream(values())
                    .filter(fate -> fate.wireName().equals(name))
                    .findFirst();
        }

        static String wireNames() {
            return Arrays.stream(values()).map(Fate::wireName).collect(Collectors.joining(", "));
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean shows(boolean voided) {
            return switch (this) {
                case ACCEPTED -> !voided;
                case VOIDED -> voided;
                case ANY -> true;
            };
        }
    }

    EventRequest {
        meters = List.copyOf(meters);
    }
}

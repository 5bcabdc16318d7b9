package dev.valora.aggregator;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which usage events are meant: those that one of the meters counted.
 *
 * @param meters codes; no event is meant when there is none
 * @param customers only these; empty for all
 * @param from event time, inclusive
 * @param to event time, exclusive
 * @param acceptedFrom accepted time, inclusive; a whole UTC hour
 * @param acceptedBefore accepted time, exclusive; a whole UTC hour
 * @param having by dimension, the values of which an event must have one; a dimension that is not named does not filter
 * @param except events that have all values of one of these are left out
 */
public record EventSelection(
        List<String> meters,
        Set<String> customers,
        Instant from,
        Instant to,
        Instant acceptedFrom,
        Instant acceptedBefore,
        Map<String, Set<String>> having,
        List<Map<String, String>> except) {

    public EventSelection {
        meters = List.copyOf(meters);
        customers = Set.copyOf(customers);
        Map<String, Set<String>> copy = new TreeMap<>();
        having.forEach((dimension, values) -> copy.put(dimension, Set.copyOf(values)));
        having = Collections.unmodifiableMap(copy);
        except = except.stream().map(Map::copyOf).toList();
        if (!Windows.isWholeHour(acceptedFrom) || !Windows.isWholeHour(acceptedBefore)) {
            throw new IllegalArgumentException(
                    "whole UTC hours, not [" + acceptedFrom + ", " + acceptedBefore + ") of accepted time");
        }
    }
}

package dev.valora.bench.books;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the model counts: sums, and for events addressed by type all values, of which the greatest is the maximum. */
final class ModelWindows {

    record Place(String customer, Instant window) {}

    private record Sum(BigDecimal value, long events) {
        Sum plus(BigDecimal more, int count) {
            return new Sum(value.add(more), events + count);
        }
    }

    private static final Sum NOTHING = new Sum(BigDecimal.ZERO, 0);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Place, Sum> sums = new HashMap<>();
    private final Map<Place, List<BigDecimal>> values = new HashMap<>();
    private Map<Place, Sum> before = Map.of();

    void count(Place place, BigDecimal value) {
        sums.put(place, sums.getOrDefault(place, NOTHING).plus(value, 1));
    }

    void countPeak(Place place, BigDecimal value) {
        values.computeIfAbsent(place, none -> new ArrayList<>()).add(value);
    }

    void take(Place place, BigDecimal value) {
        sums.put(place, sums.getOrDefault(place, NOTHING).plus(value.negate(), -1));
    }

    void takePeak(Place place, BigDecimal value) {
        values.getOrDefault(place, new ArrayList<>()).remove(value);
    }

    long events(Place place) {
        return sums.getOrDefault(place, NOTHING).events();
    }

    void forgetOneEvent(Place place) {
        sums.computeIfPresent(place, (same, sum) -> new Sum(sum.value(), sum.events() - 1));
    }

    void roundToDouble(Place place) {
        sums.computeIfPresent(
                place, (same, sum) -> new Sum(BigDecimal.valueOf(sum.value().doubleValue()), sum.events()));
    }

    /** Remembers the sums, for the two that follow. */
    void beginFlush() {
        before = new HashMap<>(sums);
    }

    void dropFlush() {
        sums.clear();
        sums.putAll(before);
    }

    void doubleFlush() {
        sums.replaceAll((place, sum) -> {
            Sum old = before.getOrDefault(place, NOTHING);
            BigDecimal more = sum.value().subtract(old.value());
            return new Sum(sum.value().add(more), sum.events() * 2 - old.events());
        });
    }

    ObjectNode read(boolean peaks, Instant from, Instant to) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode data = body.putArray("data");
        Map<String, Place> sorted = new TreeMap<>();
        (peaks ? values : sums).keySet().forEach(place -> sorted.put(place.customer() + "/" + place.window(), place));
        for (Place place : sorted.values()) {
            Sum shown = peaks ? peak(place) : sums.getOrDefault(place, NOTHING);
            boolean isIn = !place.window().isBefore(from) && place.window().isBefore(to);
            if (isIn && shown.events() > 0) {
                data.addObject()
                        .put("customer", place.customer())
                        .put("window_start", place.window().toString())
                        .put("value", shown.value().toPlainString())
                        .put("events", shown.events());
            }
        }
        return body.put("applied_through", Instant.MAX.minus(1, ChronoUnit.DAYS).toString());
    }

    private Sum peak(Place place) {
        List<BigDecimal> all = values.getOrDefault(place, List.of());
        return all.isEmpty() ? NOTHING : new Sum(Collections.max(all), all.size());
    }
}

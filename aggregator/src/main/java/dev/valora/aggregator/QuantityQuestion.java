package dev.valora.aggregator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one meter measured for one customer.
 *
 * @param customer the caller's key, as usage names it
 * @param meter the meter's code
 * @param composition how the meter's rows become one
 * @param cut of event and accepted times
 * @param having dimension values that events must have; empty for all
 * @param except events that have all values of one of these do not count
 */
public record QuantityQuestion(
        String customer,
        String meter,
        Composition composition,
        Cut cut,
        Map<String, String> having,
        List<Map<String, String>> except) {

    public QuantityQuestion {
        having = Collections.unmodifiableSortedMap(new TreeMap<>(having));
        List<Map<String, String>> copy = new ArrayList<>();
        except.forEach(values -> copy.add(Collections.unmodifiableSortedMap(new TreeMap<>(values))));
        except = List.copyOf(copy);
    }
}

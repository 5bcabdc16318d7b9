package dev.valora.ingest;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The query of a request, decoded. Problems are collected, so that a caller hears of all of them at once. One thread.
 */
public final class QueryParameters {

    /** The earliest instant that is asked for, in UTC. */
    public static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    /** The latest one. */
    public static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private static final Pattern UNENCODED_PLUS = Pattern.compile(" (\\d\\d:\\d\\d)$");

    private final Map<String, List<String>> values;
    private final List<FieldProblem> problems = new ArrayList<>();

    public QueryParameters(Map<String, List<String>> values) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        values.forEach((name, list) -> copy.put(name, List.copyOf(list)));
        this.values = copy;
    }

    /** Every name that was sent. */
    public Set<String> names() {
        return Set.copyOf(values.keySet());
    }

    /** All values of a parameter that may repeat, in order. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The value of a parameter that may stand once. */
    public Optional<String> text(String name) {
        List<String> all = all(name);
        if (all.size() > 1) {
            problem(name, "repeated", "Send it once.");
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
    }

    /** An RFC 3339 instant, also with the blank that is left of the plus sign of its offset when nobody encodes it. */
    public Optional<Instant> instant(String name) {
        return text(name).flatMap(text -> {
            try {
                return Optional.of(
                        InstantText.parse(UNENCODED_PLUS.matcher(text).replaceFirst("+$1")));
            } catch (DateTimeParseException malformed) {
                problem(name, "invalid_timestamp", "Write an RFC 3339 instant such as 2026-01-31T00:00:00Z.");
                return Optional.empty();
            }
        });
    }

    /** An RFC 3339 instant from {@link #EARLIEST} to {@link #LATEST}: PostgreSQL and JSON can hold these. */
    public Optional<Instant> storableInstant(String name) {
        Optional<Instant> instant = instant(name);
        if (instant.filter(at -> at.isBefore(EARLIEST) || at.isAfter(LATEST)).isPresent()) {
            problem(name, "out_of_range", "Use a year from 0001 to 9999.");
            return Optional.empty();
        }
        return instant;
    }

    /** A whole number in [min, max]; the default when it was not sent. */
    public int integer(String name, int min, int max, int defaultValue) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return defaultValue;
        }
        try {
            int value = Integer.parseInt(text.get());
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException malformed) {
            // told below, together with numbers out of range
        }
        problem(name, "out_of_range", "Send a whole number from " + min + " to " + max + ".");
        return defaultValue;
    }

    /** Adds a problem that the caller found. */
    public void problem(String name, String code, String detail) {
        problems.add(new FieldProblem("?" + name, code, detail));
    }

    /** Throws 422 with every problem found so far, unknown parameters among them. */
    public void check(Set<String> known) {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                problem(
                        name,
                        "unknown_parameter",
                        known.isEmpty()
                                ? "Nothing can be asked for here."
                                : "Known are: "
                                        + String.join(
                                                ", ", known.stream().sorted().toList()));
            }
        }
        if (!problems.isEmpty()) {
            throw new ProblemException(Problem.invalid(problems));
        }
    }
}

package dev.valora.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.bench.fuzz.Expected.Content;
import dev.valora.bench.fuzz.Expected.Fate;
import dev.valora.bench.fuzz.Expected.Property;
import dev.valora.bench.fuzz.Expected.Recorded;
import dev.valora.bench.fuzz.Expected.Rejected;
import dev.valora.ingest.Limits;
import dev.valora.ingest.RecordLayout;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says what should become of one event, member by member, as the contract has it: the first thing wrong counts. One for each
 * event.
 */
final class EventOracle {

    /** The body cannot be read as events, for what stands in this one. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException() {
            super("a key stands twice", null, false, false);
        }
    }

    /** Text of more UTF-16 units is not looked at. */
    private static final int UNITS_MAX = 2 * Limits.PROPERTY_VALUE_LENGTH;

    private static final Set<String> KNOWN =
            Set.of("idempotency_key", "customer", "meter", "type", "value", "timestamp", "properties", "events");

    private final Set<String> seen = new HashSet<>();
    private final SortedMap<String, Property> properties =
            new TreeMap<>((one, other) -> Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8)));
    private @Nullable String key;
    private @Nullable String customer;
    private @Nullable String target;
    private @Nullable BigDecimal value;
    private @Nullable Long micros;
    private @Nullable String code;
    private String pointer = "";

    /** What becomes of it; its pointers are relative to it. */
    Fate judge(Node event, MeterRules meters) throws MalformedException {
        if (!(event instanceof Node.Members members)) {
            return new Rejected("invalid_field", null, "");
        }
        for (Node.Member member : members.list()) {
            if (KNOWN.contains(member.name()) && !seen.add(member.name())) {
                throw new MalformedException();
            }
            member(member.name(), member.value());
        }
        requirePresence();
        if (code != null) {
            return new Rejected(code, key, pointer);
        }
        if (key == null || customer == null || target == null) {
            throw new IllegalStateException("an event without fault lacks what every event has");
        }
        boolean isByType = seen.contains("type");
        Content content = new Content(key, customer, target, isByType, value, micros, properties);
        return new Recorded(content, meters.verdict(content));
    }

    /** Whether it has a member that only a body around events may have. */
    boolean isAroundEvents() {
        return seen.contains("events");
    }

    private void fail(String newCode, String newPointer) {
        if (code == null) {
            code = newCode;
            pointer = newPointer;
        }
    }

    private void member(String name, Node node) throws MalformedException {
        switch (name) {
            case "idempotency_key" -> key = name(node, "/" + name, Limits.KEY_LENGTH);
            case "customer" -> customer = name(node, "/" + name, Limits.KEY_LENGTH);
            case "meter" -> target = name(node, "/" + name, Limits.CODE_LENGTH);
            case "type" -> target = name(node, "/" + name, Limits.KEY_LENGTH);
            case "value" -> {
                Optional<BigDecimal> read = textOfNumber(node).flatMap(Literals::value);
                value = read.orElse(null);
                if (read.isEmpty()) {
                    fail("invalid_value", "/value");
                }
            }
            case "timestamp" -> {
                Optional<Long> read =
                        node instanceof Node.Text text ? Literals.instant(text.value()) : Optional.empty();
                micros = read.orElse(null);
                if (read.isEmpty()) {
                    fail("invalid_timestamp", "/timestamp");
                }
            }
            case "properties" -> properties(node);
            default -> fail("invalid_field", "/");
        }
    }

    private static Optional<String> textOfNumber(Node node) {
        return switch (node) {
            case Node.Text text -> Optional.of(text.value());
            case Node.Numeral number -> Optional.of(number.literal());
            case Node.Members other -> Optional.empty();
            case Node.Items other -> Optional.empty();
            case Node.Truth other -> Optional.empty();
            case Node.Nothing other -> Optional.empty();
        };
    }

    /** A string that names something; null when it does not. */
    private @Nullable String name(Node node, String at, int longest) {
        if (!(node instanceof Node.Text text)) {
            fail("invalid_field", at);
            return null;
        }
        if (!isClean(text.value(), at, longest)) {
            return null;
        }
        boolean isBlank = text.value()
                .codePoints()
                .allMatch(point -> Character.isWhitespace(point) || Character.isSpaceChar(point));
        if (isBlank) {
            fail("invalid_field", at);
            return null;
        }
        return text.value();
    }

    private boolean isClean(String text, String at, int longest) {
        boolean isUnread = text.length() > UNITS_MAX;
        boolean isUnkeepable = text.codePoints()
                .anyMatch(
                        point -> point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE));
        if (!isUnread && isUnkeepable) {
            fail("invalid_field", at);
            return false;
        }
        if (isUnread || text.codePointCount(0, text.length()) > longest) {
            fail("too_long", at);
            return false;
        }
        return true;
    }

    private void properties(Node node) throws MalformedException {
        if (!(node instanceof Node.Members members)) {
            fail("invalid_field", "/properties");
            return;
        }
        for (Node.Member member : members.list()) {
            if (properties.size() == Limits.EVENT_PROPERTIES) {
                fail("invalid_field", "/properties");
            } else if (isClean(member.name(), "/properties", Limits.PROPERTY_NAME_LENGTH)) {
                if (member.name().isEmpty()) {
                    fail("invalid_field", "/properties");
                }
                Optional<Property> property = property(member.value());
                if (property.isPresent() && properties.put(member.name(), property.get()) != null) {
                    throw new MalformedException();
                }
            }
        }
    }

    private Optional<Property> property(Node node) {
        String at = "/properties/";
        return switch (node) {
            case Node.Text text ->
                isClean(text.value(), at, Limits.PROPERTY_VALUE_LENGTH)
                        ? Optional.of(new Property(RecordLayout.KIND_STRING, text.value()))
                        : Optional.empty();
            case Node.Numeral number -> {
                Optional<String> canonical = Literals.canonical(number.literal());
                if (canonical.isEmpty()) {
                    fail("invalid_field", at);
                }
                yield canonical.map(text -> new Property(RecordLayout.KIND_NUMBER, text));
            }
            case Node.Truth truth ->
                Optional.of(new Property(truth.value() ? RecordLayout.KIND_TRUE : RecordLayout.KIND_FALSE, ""));
            case Node.Members other -> unfit(at);
            case Node.Items other -> unfit(at);
            case Node.Nothing other -> unfit(at);
        };
    }

    private Optional<Property> unfit(String at) {
        fail("invalid_field", at);
        return Optional.empty();
    }

    private void requirePresence() {
        if (!seen.contains("idempotency_key")) {
            fail("missing_field", "/idempotency_key");
        } else if (!seen.contains("customer")) {
            fail("missing_field", "/customer");
        } else if (!seen.contains("meter") && !seen.contains("type")) {
            fail("missing_field", "/meter");
        } else if (seen.contains("meter") && seen.contains("type")) {
            fail("invalid_field", "/type");
        }
    }
}

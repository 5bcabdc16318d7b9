package dev.valora.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The members of a JSON object, read one by one. Problems are collected with their JSON Pointers and thrown together by
 * {@link #check}, so that a caller hears of all of them at once; until then a bad required member reads as a harmless value.
 * A member with the value null counts as absent. One thread.
 */
public final class JsonFields {

    private static final Pattern CODE = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,63}");
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");
    private static final LocalDate NO_DATE = LocalDate.EPOCH;

    private final ObjectNode object;
    private final String pointer;
    private final List<FieldProblem> problems;
    private final Set<String> read = new HashSet<>();
    private final List<JsonFields> children = new ArrayList<>();

    /** Reads one value, or says what is wrong with it. */
    @FunctionalInterface
    private interface Value {
        Optional<String> read(String name, JsonNode node, int maxLength);
    }

    private JsonFields(ObjectNode object, String pointer, List<FieldProblem> problems) {
        this.object = object;
        this.pointer = pointer;
        this.problems = problems;
    }

    /** The members of a whole body. */
    public static JsonFields of(ObjectNode body) {
        return new JsonFields(body, "", new ArrayList<>());
    }

    /** Whether the member was sent with a value other than null. */
    public boolean has(String name) {
        return member(name).isPresent();
    }

    /** Whether the member was sent, be it as null: tells "remove it" from "leave it" in a PATCH. */
    public boolean mentions(String name) {
        read.add(name);
        return object.has(name);
    }

    /** Text of 1 to {@code maxLength} code points; an empty string when there is a problem. */
    public String requiredText(String name, int maxLength) {
        return required(name, optionalText(name, maxLength), "");
    }

    /** Text of 1 to {@code maxLength} code points. */
    public Optional<String> optionalText(String name, int maxLength) {
        return member(name).flatMap(node -> text(name, node, maxLength));
    }

    /** A code as the contract writes it; an empty string when there is a problem. */
    public String requiredCode(String name) {
        return required(name, optionalCode(name), "");
    }

    /** A code as the contract writes it. */
    public Optional<String> optionalCode(String name) {
        return optionalText(name, Limits.CODE_LENGTH).flatMap(text -> {
            if (!CODE.matcher(text).matches()) {
                problem(name, "invalid_code", "Use 1 to 64 of a-z 0-9 _ . - and begin with a letter or digit.");
                return Optional.empty();
            }
            return Optional.of(text);
        });
    }

    /** One of a closed set of words; the default when absent or wrong. */
    public <T> T choice(String name, Map<String, T> choices, T defaultValue) {
        return member(name)
                .flatMap(node -> {
                    T chosen = node.isTextual() ? choices.get(node.textValue()) : null;
                    if (chosen == null) {
                        problem(name, "invalid_choice", "Use one of: " + String.join(", ", choices.keySet()) + ".");
                    }
                    return Optional.ofNullable(chosen);
                })
                .orElse(defaultValue);
    }

    /** A whole number in [min, max]; the default when absent or wrong. */
    public int integer(String name, int min, int max, int defaultValue) {
        return member(name)
                .map(node -> {
                    if (node.isIntegralNumber() && node.canConvertToInt()) {
                        int value = node.intValue();
                        if (value >= min && value <= max) {
                            return value;
                        }
                    }
                    problem(name, "out_of_range", "Send a whole number from " + min + " to " + max + ".");
                    return defaultValue;
                })
                .orElse(defaultValue);
    }

    /** A boolean; the default when absent or wrong. */
    public boolean flag(String name, boolean defaultValue) {
        return member(name)
                .map(node -> {
                    if (!node.isBoolean()) {
                        problem(name, "invalid_field", "Send true or false.");
                        return defaultValue;
                    }
                    return node.booleanValue();
                })
                .orElse(defaultValue);
    }

    /**
     * A decimal, sent as a string or as a number, with at most this many digits before and after the point. Trailing zeros
     * after the point do not count.
     */
    public Optional<BigDecimal> decimal(String name, int integerDigits, int fractionDigits) {
        return member(name).flatMap(node -> {
            Optional<BigDecimal> value =
                    decimalOf(node).filter(decimal -> fits(decimal, integerDigits, fractionDigits));
            if (value.isEmpty()) {
                problem(
                        name,
                        "invalid_decimal",
                        "Send a decimal string such as \"12.34\" with at most " + integerDigits + " digits before and "
                                + fractionDigits + " after the point.");
            }
            return value;
        });
    }

    /** An RFC 3339 instant. */
    public Optional<Instant> instant(String name) {
        return parsed(
                name,
                "invalid_timestamp",
                "Write an RFC 3339 instant such as 2026-01-31T00:00:00Z.",
                InstantText::parse);
    }

    /** A date, YYYY-MM-DD; 1970-01-01 when there is a problem. */
    public LocalDate requiredDate(String name) {
        return required(name, date(name), NO_DATE);
    }

    /** A date, YYYY-MM-DD; years have four digits. */
    public Optional<LocalDate> date(String name) {
        return parsed(name, "invalid_date", "Write a date such as 2026-01-31.", LocalDate::parse)
                .filter(date -> {
                    boolean fourDigits = date.getYear() >= 1 && date.getYear() <= 9_999;
                    if (!fourDigits) {
                        problem(name, "invalid_date", "Write a date such as 2026-01-31.");
                    }
                    return fourDigits;
                });
    }

    /** A nested object. */
    public Optional<JsonFields> object(String name) {
        return member(name).flatMap(node -> asObject(node, pointer + "/" + escape(name)));
    }

    /** An array of at most {@code maxSize} objects; empty when absent or wrong. */
    public List<JsonFields> objects(String name, int maxSize) {
        List<JsonFields> list = new ArrayList<>();
        elements(name, maxSize)
                .forEach((index, node) -> asObject(node, pointer + "/" + escape(name) + "/" + index)
                        .ifPresent(list::add));
        return list;
    }

    /** An array of 1 to {@code maxSize} objects; empty when there is a problem. */
    public List<JsonFields> requiredObjects(String name, int maxSize) {
        requireElements(name);
        return objects(name, maxSize);
    }

    /** An array of at most {@code maxSize} texts of 1 to {@code maxLength} code points; empty when absent or wrong. */
    public List<String> texts(String name, int maxSize, int maxLength) {
        List<String> list = new ArrayList<>();
        elements(name, maxSize)
                .forEach((index, node) ->
                        text(name + "/" + index, node, maxLength).ifPresent(list::add));
        return list;
    }

    /** An array of 1 to {@code maxSize} texts; empty when there is a problem. */
    public List<String> requiredTexts(String name, int maxSize, int maxLength) {
        requireElements(name);
        return texts(name, maxSize, maxLength);
    }

    /** An object whose names and values are all texts, such as a filter; empty when absent or wrong. */
    public Map<String, String> textMap(String name, int maxEntries, int maxLength) {
        return map(name, maxEntries, maxLength, this::text);
    }

    /** The same with values that may be empty, such as {@code metadata}, which nobody interprets. */
    public Map<String, String> stringMap(String name, int maxEntries, int maxLength) {
        return map(name, maxEntries, maxLength, this::string);
    }

    private Map<String, String> map(String name, int maxEntries, int maxLength, Value reader) {
        Map<String, String> map = new LinkedHashMap<>();
        member(name).ifPresent(node -> {
            if (!(node instanceof ObjectNode entries) || entries.size() > maxEntries) {
                problem(name, "invalid_field", "Send an object of at most " + maxEntries + " string values.");
                return;
            }
            entries.properties().forEach(entry -> {
                String at = name + "/" + escape(entry.getKey());
                if (!isStorable(entry.getKey())
                        || entry.getKey().isBlank()
                        || isLongerThan(maxLength, entry.getKey())) {
                    problem(at, "invalid_field", "Use names of 1 to " + maxLength + " characters, without NUL.");
                }
                reader.read(at, entry.getValue(), maxLength).ifPresent(text -> map.put(entry.getKey(), text));
            });
        });
        return map;
    }

    /** Adds a problem that the caller found with the member {@code name}. */
    public void problem(String name, String code, String detail) {
        problems.add(new FieldProblem(pointer + "/" + name, code, detail));
    }

    /** Whether anything was wrong so far. */
    public boolean hasProblems() {
        return !problems.isEmpty();
    }

    /** Throws 422 with every problem found so far, members that nobody read among them. Call it before changing anything. */
    public void check() {
        addUnknownMembers();
        if (!problems.isEmpty()) {
            throw new ProblemException(Problem.invalid(problems));
        }
    }

    private void addUnknownMembers() {
        object.fieldNames().forEachRemaining(name -> {
            if (!read.contains(name)) {
                problem(
                        escape(name),
                        "unknown_field",
                        read.isEmpty()
                                ? "Nothing can be sent here."
                                : "This is not a field here. Known are: " + String.join(", ", new TreeSet<>(read))
                                        + ".");
            }
        });
        children.forEach(JsonFields::addUnknownMembers);
    }

    private Optional<JsonNode> member(String name) {
        read.add(name);
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? Optional.empty() : Optional.of(node);
    }

    private <T> T required(String name, Optional<T> value, T stand) {
        return required(name, value).orElse(stand);
    }

    private <T> Optional<T> required(String name, Optional<T> value) {
        if (value.isEmpty() && member(name).isEmpty()) {
            problem(name, "missing_field", "This field is required.");
        }
        return value;
    }

    private Optional<String> text(String name, JsonNode node, int maxLength) {
        if (node.isTextual() && node.textValue().isBlank()) {
            problem(name, "invalid_field", "Must not be empty.");
            return Optional.empty();
        }
        return string(name, node, maxLength);
    }

    private Optional<String> string(String name, JsonNode node, int maxLength) {
        if (!node.isTextual()) {
            problem(name, "invalid_field", "Send a string.");
            return Optional.empty();
        }
        String text = node.textValue();
        if (isLongerThan(maxLength, text)) {
            problem(name, "too_long", "Use at most " + maxLength + " characters.");
            return Optional.empty();
        }
        if (!isStorable(text)) {
            problem(name, "invalid_field", "Must be valid Unicode without the character NUL.");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    private static boolean isLongerThan(int maxLength, String text) {
        return text.codePointCount(0, text.length()) > maxLength;
    }

    /** Whether PostgreSQL takes the text: no NUL and no surrogate without its pair. */
    private static boolean isStorable(String text) {
        return text.codePoints().noneMatch(point -> point == 0 || (point >= 0xD800 && point <= 0xDFFF));
    }

    private <T> Optional<T> parsed(String name, String code, String detail, Function<String, T> parser) {
        return member(name).flatMap(node -> {
            try {
                if (node.isTextual()) {
                    return Optional.of(parser.apply(node.textValue()));
                }
            } catch (DateTimeParseException malformed) {
                // told below, together with members that are not strings
            }
            problem(name, code, detail);
            return Optional.empty();
        });
    }

    private Optional<JsonFields> asObject(JsonNode node, String childPointer) {
        if (node instanceof ObjectNode child) {
            JsonFields fields = new JsonFields(child, childPointer, problems);
            children.add(fields);
            return Optional.of(fields);
        }
        problems.add(new FieldProblem(childPointer, "invalid_field", "Send an object."));
        return Optional.empty();
    }

    private void requireElements(String name) {
        Optional<JsonNode> node = required(name, member(name));
        if (node.isPresent() && node.get().isArray() && node.get().isEmpty()) {
            problem(name, "invalid_field", "Send at least one element.");
        }
    }

    private Map<Integer, JsonNode> elements(String name, int maxSize) {
        Map<Integer, JsonNode> list = new LinkedHashMap<>();
        member(name).ifPresent(node -> {
            if (!(node instanceof ArrayNode array) || array.size() > maxSize) {
                problem(name, "invalid_field", "Send an array of at most " + maxSize + " elements.");
                return;
            }
            for (int i = 0; i < array.size(); i++) {
                list.put(i, array.get(i));
            }
        });
        return list;
    }

    private static Optional<BigDecimal> decimalOf(JsonNode node) {
        if (node.isNumber()) {
            return Optional.of(node.decimalValue());
        }
        return node.isTextual()
                        && node.textValue().length() <= Limits.NUMBER_TEXT_LENGTH
                        && DECIMAL.matcher(node.textValue()).matches()
                ? Optional.of(new BigDecimal(node.textValue()))
                : Optional.empty();
    }

    /** Judged on precision and scale alone, so that an enormous exponent costs nothing. */
    private static boolean fits(BigDecimal decimal, int integerDigits, int fractionDigits) {
        if (decimal.signum() == 0) {
            return true;
        }
        BigDecimal stripped = decimal.stripTrailingZeros();
        return (long) stripped.precision() - stripped.scale() <= integerDigits && stripped.scale() <= fractionDigits;
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}

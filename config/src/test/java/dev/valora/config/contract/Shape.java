package dev.valora.config.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Compares JSON with the schemas of a document, as far as this document uses JSON Schema: a keyword that is not known here fails.
 * Stricter than a schema in one way: a member that no schema names is a difference.
 */
final class Shape {

    private static final Map<String, Pattern> FORMATS = Map.of(
            "date-time", Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z"),
            "date", Pattern.compile("\\d{4}-\\d\\d-\\d\\d"),
            "uuid", Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));

    /** Looked at here, in the order in which they are. */
    private static final Set<String> KNOWN = Set.of(
            "$ref",
            "type",
            "enum",
            "const",
            "format",
            "pattern",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "minItems",
            "maxItems",
            "maxProperties",
            "items",
            "required",
            "properties",
            "additionalProperties",
            "propertyNames",
            "allOf",
            "anyOf",
            "oneOf",
            "description",
            "default",
            "examples",
            "uniqueItems");

    private static final List<String> CHOICES = List.of("anyOf", "oneOf");

    private final JsonNode document;

    Shape(JsonNode document) {
        this.document = document;
    }

    /** Adds where the value is not as the schema says; a schema that says nothing fits everything. */
    void compare(JsonNode schema, JsonNode value, List<String> found) {
        check(schema, value, "", found);
        findUnnamed(List.of(schema), value, "", found);
    }

    private void check(JsonNode schema, JsonNode value, String at, List<String> found) {
        schema.fieldNames().forEachRemaining(keyword -> {
            if (!KNOWN.contains(keyword)) {
                found.add("the keyword " + keyword + " is not known to this test");
            }
        });
        if (schema.has("$ref")) {
            check(referred(schema), value, at, found);
        }
        if (schema.has("type") && !isOfType(schema.get("type"), value)) {
            found.add(at + " is " + value + " and not " + schema.get("type"));
            return;
        }
        checkScalar(schema, value, at, found);
        if (value instanceof ArrayNode array) {
            checkSize(schema, "Items", array.size(), at, found);
            array.forEach(element -> check(schema.path("items"), element, at + "/*", found));
        }
        if (value instanceof ObjectNode object) {
            checkObject(schema, object, at, found);
        }
        schema.path("allOf").forEach(part -> check(part, value, at, found));
        for (String keyword : CHOICES) {
            long fitting = fitting(schema.path(keyword), value).size();
            if (schema.has(keyword) && (fitting == 0 || (keyword.equals("oneOf") && fitting > 1))) {
                found.add(at + " fits " + fitting + " of " + keyword + ": " + value);
            }
        }
    }

    private static void checkScalar(JsonNode schema, JsonNode value, String at, List<String> found) {
        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            found.add(at + " is " + value + " and none of " + schema.get("enum"));
        }
        if (schema.has("const") && !schema.get("const").equals(value)) {
            found.add(at + " is " + value + " and not " + schema.get("const"));
        }
        if (value.isTextual()) {
            String text = value.textValue();
            checkSize(schema, "Length", text.codePointCount(0, text.length()), at, found);
            boolean isFormatted =
                    !schema.has("format") || isOfFormat(schema.get("format").textValue(), text);
            boolean isPattern = !schema.has("pattern")
                    || Pattern.compile(schema.get("pattern").textValue())
                            .matcher(text)
                            .find();
            if (!isFormatted || !isPattern) {
                found.add(at + " is written in another way: " + text);
            }
        }
        if (value.isNumber()) {
            BigDecimal number = value.decimalValue();
            if (number.compareTo(bound(schema, "minimum", number)) < 0
                    || number.compareTo(bound(schema, "maximum", number)) > 0) {
                found.add(at + " is out of range: " + value);
            }
        }
    }

    private static boolean isOfFormat(String format, String text) {
        Pattern pattern = FORMATS.get(format);
        if (pattern == null) {
            throw new IllegalArgumentException(format);
        }
        return pattern.matcher(text).matches();
    }

    private static BigDecimal bound(JsonNode schema, String keyword, BigDecimal otherwise) {
        return schema.has(keyword) ? schema.get(keyword).decimalValue() : otherwise;
    }

    private static void checkSize(JsonNode schema, String unit, int size, String at, List<String> found) {
        if (size < schema.path("min" + unit).asInt(0)
                || size > schema.path("max" + unit).asInt(Integer.MAX_VALUE)) {
            found.add(at + " has " + size + " " + unit);
        }
    }

    private void checkObject(JsonNode schema, ObjectNode object, String at, List<String> found) {
        checkSize(schema, "Properties", object.size(), at, found);
        for (JsonNode name : schema.path("required")) {
            if (!object.has(name.textValue())) {
                found.add(at + " lacks " + name.textValue());
            }
        }
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            JsonNode own = schema.path("properties").get(member.getKey());
            JsonNode says = own == null ? schema.path("additionalProperties") : own;
            check(says, member.getValue(), at + "/" + member.getKey(), found);
        }
    }

    private List<JsonNode> fitting(JsonNode choices, JsonNode value) {
        List<JsonNode> fitting = new ArrayList<>();
        for (JsonNode choice : choices) {
            List<String> differences = new ArrayList<>();
            check(choice, value, "", differences);
            if (differences.isEmpty()) {
                fitting.add(choice);
            }
        }
        return fitting;
    }

    /** Goes through the value by all schemas that speak of a part of it. */
    private void findUnnamed(List<JsonNode> schemas, JsonNode value, String at, List<String> found) {
        List<JsonNode> all = new ArrayList<>();
        schemas.forEach(schema -> all.addAll(parts(schema, value)));
        if (value instanceof ArrayNode array) {
            List<JsonNode> items =
                    all.stream().map(schema -> schema.path("items")).toList();
            array.forEach(element -> findUnnamed(items, element, at + "/*", found));
        }
        if (!(value instanceof ObjectNode object) || all.stream().noneMatch(schema -> schema.has("properties"))) {
            return;
        }
        Map<String, List<JsonNode>> named = new LinkedHashMap<>();
        Set<Boolean> open = new HashSet<>();
        for (JsonNode schema : all) {
            schema.path("properties")
                    .properties()
                    .forEach(property -> named.computeIfAbsent(property.getKey(), name -> new ArrayList<>())
                            .add(property.getValue()));
            JsonNode others = schema.path("additionalProperties");
            open.add(others.isObject() || others.asBoolean());
        }
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            List<JsonNode> says = named.get(member.getKey());
            if (says != null) {
                findUnnamed(says, member.getValue(), at + "/" + member.getKey(), found);
            } else if (!open.contains(true)) {
                found.add(at + "/" + member.getKey() + " is not in the document");
            }
        }
    }

    /** The schema and those that it is made of, as far as they fit the value. */
    private List<JsonNode> parts(JsonNode schema, JsonNode value) {
        List<JsonNode> parts = new ArrayList<>(List.of(schema));
        if (schema.has("$ref")) {
            parts.addAll(parts(referred(schema), value));
        }
        schema.path("allOf").forEach(part -> parts.addAll(parts(part, value)));
        CHOICES.forEach(
                keyword -> fitting(schema.path(keyword), value).forEach(choice -> parts.addAll(parts(choice, value))));
        return parts;
    }

    private JsonNode referred(JsonNode schema) {
        return document.at(schema.get("$ref").textValue().substring(1));
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        for (JsonNode candidate : values) {
            if (candidate.equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfType(JsonNode types, JsonNode value) {
        if (types.isTextual()) {
            return isOfType(types.textValue(), value);
        }
        for (JsonNode type : types) {
            if (isOfType(type.textValue(), value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfType(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new IllegalArgumentException(type);
        };
    }
}

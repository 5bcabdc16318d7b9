package dev.valora.config.documentation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A JSON Schema as HTML: its type in one line, and a row for each member of an object. Pure. */
final class SchemaTable {

    private static final String REFERENCE = "$ref";
    private static final List<String> CHOICES = List.of("oneOf", "anyOf");

    private final StringBuilder html;

    private SchemaTable(StringBuilder html) {
        this.html = html;
    }

    /** Writes the type and what is said of it, and a table of the members when the schema spells any out. */
    static void write(StringBuilder html, JsonNode schema) {
        html.append("<p>").append(type(schema)).append(described(schema)).append("</p>");
        StringBuilder rows = new StringBuilder();
        new SchemaTable(rows).writeMembers(schema, "");
        if (!rows.isEmpty()) {
            html.append("<table>").append(rows).append("</table>");
        }
    }

    /** The type with the members that the schema spells out itself. */
    static String inOneLine(JsonNode schema) {
        List<String> members = new ArrayList<>();
        schema.path("properties")
                .properties()
                .forEach(member -> members.add(
                        "<code>" + Html.escape(member.getKey()) + "</code> (" + type(member.getValue()) + ")"));
        return members.isEmpty() ? type(schema) : type(schema) + " with " + String.join(", ", members);
    }

    /** What a value is, in a few words; shapes with a name are links to it. */
    static String type(JsonNode schema) {
        if (schema.has(REFERENCE)) {
            return link(schema.get(REFERENCE).asText());
        }
        if (schema.has("allOf")) {
            return joined(schema.get("allOf"), " and ", SchemaTable::inOneLine);
        }
        for (String choice : CHOICES) {
            if (schema.has(choice) && !schema.has("type")) {
                return joined(schema.get(choice), " or ", SchemaTable::type);
            }
        }
        return (schema.has("enum") ? Html.words(schema.get("enum"), " or ") : plainType(schema)) + limits(schema);
    }

    private static String plainType(JsonNode schema) {
        List<String> names = new ArrayList<>();
        JsonNode type = schema.path("type");
        (type.isArray() ? type : List.of(type)).forEach(name -> names.add(Html.escape(name.asText())));
        String text = String.join(" or ", names);
        if (schema.has("items")) {
            return text + " of " + type(schema.get("items"));
        }
        return schema.path("additionalProperties").isObject()
                ? text + " of " + type(schema.get("additionalProperties"))
                : text;
    }

    private void writeMembers(JsonNode schema, String prefix) {
        schema.path("allOf").forEach(part -> writeMembers(part, prefix));
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
            String name = prefix + member.getKey();
            html.append("<tr><td><code>")
                    .append(Html.escape(name))
                    .append("</code></td><td>")
                    .append(type(member.getValue()))
                    .append(required.contains(member.getKey()) ? ", required" : "")
                    .append("</td><td>")
                    .append(described(member.getValue()))
                    .append("</td></tr>");
            writeMembers(member.getValue(), name + ".");
            writeMembers(member.getValue().path("items"), name + "[].");
        }
    }

    /** Only what a caller can run into. */
    private static String limits(JsonNode schema) {
        StringBuilder text = new StringBuilder();
        appendRange(text, schema, "minimum", "maximum", "");
        appendRange(text, schema, "minLength", "maxLength", " characters");
        appendRange(text, schema, "minItems", "maxItems", " elements");
        if (schema.has("format")) {
            text.append(", ").append(Html.escape(schema.get("format").asText()));
        }
        if (schema.has("pattern")) {
            text.append(", <code>")
                    .append(Html.escape(schema.get("pattern").asText()))
                    .append("</code>");
        }
        if (schema.has("default")) {
            text.append(", default <code>")
                    .append(Html.escape(schema.get("default").asText()))
                    .append("</code>");
        }
        return text.toString();
    }

    private static void appendRange(StringBuilder text, JsonNode schema, String min, String max, String unit) {
        if (schema.has(max)) {
            String from = schema.has(min) ? schema.get(min).asText() : "0";
            text.append(", ")
                    .append(from)
                    .append(" to ")
                    .append(schema.get(max).asText())
                    .append(unit);
        } else if (schema.has(min) && schema.get(min).asInt() > 0 && !min.equals("minLength")) {
            text.append(", at least ").append(schema.get(min).asText()).append(unit);
        }
    }

    private static String described(JsonNode schema) {
        return schema.has("description")
                ? " " + Html.prose(schema.get("description").asText())
                : "";
    }

    private static String joined(JsonNode schemas, String word, Function<JsonNode, String> words) {
        List<String> types = new ArrayList<>();
        schemas.forEach(schema -> types.add(words.apply(schema)));
        return String.join(word, types);
    }

    private static String link(String reference) {
        String name = Html.escape(reference.substring(reference.lastIndexOf('/') + 1));
        return "<a href=\"#" + name + "\">" + name + "</a>";
    }
}

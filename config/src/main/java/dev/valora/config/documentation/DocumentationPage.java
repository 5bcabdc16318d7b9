package dev.valora.config.documentation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An OpenAPI document as one HTML page: each operation with its parameters, body and answers. Pure. */
final class DocumentationPage {

    private static final String STYLE = """
            body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2330}
            h2{margin:2.5rem 0 .2rem;font-size:1.1rem;border-top:1px solid #d9dee8;padding-top:1.2rem}
            code{font:13px/1.5 ui-monospace,monospace}
            .verb{display:inline-block;min-width:4.2rem;font-weight:700}
            h3{margin:2rem 0 .2rem;font-size:1rem}
            table{border-collapse:collapse;margin:.5rem 0}td{padding:.15rem 1rem .15rem 0;vertical-align:top}
            nav{columns:24rem 2;font-size:13px}nav a{display:block;text-decoration:none;break-inside:avoid}
            a{color:#2b50a1}
            """;

    private final StringBuilder html = new StringBuilder(131_072);

    private DocumentationPage() {}

    static String render(JsonNode document) {
        DocumentationPage page = new DocumentationPage();
        page.write(document);
        return page.html.toString();
    }

    private void write(JsonNode document) {
        String title = Html.escape(document.at("/info/title").asText());
        html.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(title)
                .append(" HTTP API</title><style>")
                .append(STYLE)
                .append("</style></head><body><h1>")
                .append(title)
                .append(" HTTP API, version ")
                .append(Html.escape(document.at("/info/version").asText()))
                .append("</h1><p>")
                .append(Html.escape(document.at("/info/description").asText()))
                .append("</p><p>The same as <a href=\"/openapi.json\">OpenAPI 3.1</a>.</p>");
        html.append("<nav>");
        eachOperation(document, this::writeLink);
        html.append("</nav>");
        eachOperation(document, this::writeOperation);
        html.append("<h2 id=\"shapes\">Shapes</h2>");
        for (Map.Entry<String, JsonNode> schema :
                document.at("/components/schemas").properties()) {
            String name = Html.escape(schema.getKey());
            html.append("<h3 id=\"").append(name).append("\">").append(name).append("</h3>");
            SchemaTable.write(html, schema.getValue());
        }
        html.append("</body></html>\n");
    }

    /** One operation of the document: its path, its verb in lower case, and what the document says of it. */
    @FunctionalInterface
    private interface OperationWriter {
        void write(String path, String verb, JsonNode operation);
    }

    private static void eachOperation(JsonNode document, OperationWriter writer) {
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                writer.write(path.getKey(), operation.getKey(), operation.getValue());
            }
        }
    }

    private void writeLink(String path, String verb, JsonNode operation) {
        html.append("<a href=\"#")
                .append(anchor(path, verb))
                .append("\"><span class=\"verb\">")
                .append(verb.toUpperCase(Locale.ROOT))
                .append("</span> ")
                .append(Html.escape(path))
                .append("</a>");
    }

    private static String anchor(String path, String verb) {
        return Html.escape(verb + path);
    }

    private void writeOperation(String path, String verb, JsonNode operation) {
        html.append("<h2 id=\"")
                .append(anchor(path, verb))
                .append("\"><span class=\"verb\">")
                .append(verb.toUpperCase(Locale.ROOT))
                .append("</span> <code>")
                .append(Html.escape(path))
                .append("</code></h2><p><b>")
                .append(Html.escape(operation.path("summary").asText()))
                .append(".</b> ")
                .append(Html.prose(operation.path("description").asText()))
                .append("</p><p>Needs: ")
                .append(Html.escape(needs(operation)))
                .append(".</p>");
        if (operation.has("parameters")) {
            html.append("<table>");
            operation.get("parameters").forEach(this::writeParameter);
            html.append("</table>");
        }
        JsonNode body = operation.at("/requestBody/content/application~1json/schema");
        if (!body.isMissingNode()) {
            html.append("<p>Body:</p>");
            SchemaTable.write(html, body);
        }
        html.append("<table>");
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, JsonNode> answer : operation.get("responses").properties()) {
            if (answer.getValue().has("description")) {
                writeAnswer(answer.getKey(), answer.getValue());
            } else {
                problems.add(answer.getKey());
            }
        }
        if (!problems.isEmpty()) {
            writeRow(String.join(" ", problems), "A problem document.");
        }
        html.append("</table>");
    }

    private void writeAnswer(String status, JsonNode answer) {
        String text = Html.prose(answer.get("description").asText());
        JsonNode schema = answer.at("/content/application~1json/schema");
        writeRow(status, schema.isMissingNode() ? text : text + " " + SchemaTable.inOneLine(schema));
    }

    private void writeRow(String name, String text) {
        html.append("<tr><td><code>")
                .append(Html.escape(name))
                .append("</code></td><td>")
                .append(text)
                .append("</td></tr>");
    }

    private void writeParameter(JsonNode parameter) {
        boolean shared = parameter.has("$ref");
        String name = shared ? "Idempotency-Key" : parameter.path("name").asText();
        String where = shared ? "header" : parameter.path("in").asText();
        html.append("<tr><td><code>")
                .append(Html.escape(name))
                .append("</code></td><td>")
                .append(Html.escape(where))
                .append(parameter.path("required").asBoolean(false) ? ", required" : "")
                .append("</td><td>")
                .append(parameter.has("schema") ? SchemaTable.type(parameter.get("schema")) : "")
                .append("</td><td>")
                .append(Html.prose(parameter.path("description").asText()))
                .append("</td></tr>");
    }

    private static String needs(JsonNode operation) {
        if (operation.get("security").isEmpty()) {
            return "no key";
        }
        if (operation.get("security").get(0).has("operator")) {
            return "the operator's key";
        }
        List<String> scopes = new ArrayList<>();
        operation.path("x-scopes").forEach(scope -> scopes.add(scope.asText()));
        return "a key of the organization with the scope " + String.join(" or ", scopes);
    }
}

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
            code,pre{font:13px/1.5 ui-monospace,monospace}
            pre{background:#f5f7fa;padding:.8rem;overflow-x:auto;border-radius:4px}
            .verb{display:inline-block;min-width:4.2rem;font-weight:700}
            table{border-collapse:collapse;margin:.5rem 0}td{padding:.15rem 1rem .15rem 0;vertical-align:top}
            """;

    private final StringBuilder html = new StringBuilder(32_768);

    private DocumentationPage() {}

    static String render(JsonNode document) {
        DocumentationPage page = new DocumentationPage();
        page.write(document);
        return page.html.toString();
    }

    private void write(JsonNode document) {
        String title = escape(document.at("/info/title").asText());
        html.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(title)
                .append(" HTTP API</title><style>")
                .append(STYLE)
                .append("</style></head><body><h1>")
                .append(title)
                .append(" HTTP API, version ")
                .append(escape(document.at("/info/version").asText()))
                .append("</h1><p>")
                .append(escape(document.at("/info/description").asText()))
                .append("</p><p>The same as <a href=\"/openapi.json\">OpenAPI 3.1</a>.</p>");
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                writeOperation(path.getKey(), operation.getKey(), operation.getValue());
            }
        }
        html.append("<h2>Shapes</h2>");
        for (Map.Entry<String, JsonNode> schema :
                document.at("/components/schemas").properties()) {
            html.append("<h3 id=\"")
                    .append(escape(schema.getKey()))
                    .append("\">")
                    .append(escape(schema.getKey()))
                    .append("</h3>");
            writeCode(schema.getValue());
        }
        html.append("</body></html>\n");
    }

    private void writeOperation(String path, String verb, JsonNode operation) {
        html.append("<h2><span class=\"verb\">")
                .append(verb.toUpperCase(Locale.ROOT))
                .append("</span> <code>")
                .append(escape(path))
                .append("</code></h2><p><b>")
                .append(escape(operation.path("summary").asText()))
                .append(".</b> ")
                .append(escape(operation.path("description").asText()))
                .append("</p><p>Needs: ")
                .append(escape(needs(operation)))
                .append(".</p>");
        if (operation.has("parameters")) {
            html.append("<table>");
            operation.get("parameters").forEach(this::writeParameter);
            html.append("</table>");
        }
        JsonNode body = operation.at("/requestBody/content/application~1json/schema");
        if (!body.isMissingNode()) {
            html.append("<p>Body:</p>");
            writeCode(body);
        }
        html.append("<table>");
        for (Map.Entry<String, JsonNode> answer : operation.get("responses").properties()) {
            String text = answer.getValue().has("$ref")
                    ? "A problem document."
                    : answer.getValue().path("description").asText();
            html.append("<tr><td><code>")
                    .append(escape(answer.getKey()))
                    .append("</code></td><td>")
                    .append(escape(text))
                    .append("</td></tr>");
        }
        html.append("</table>");
    }

    private void writeParameter(JsonNode parameter) {
        boolean shared = parameter.has("$ref");
        String name = shared ? "Idempotency-Key" : parameter.path("name").asText();
        String where = shared ? "header" : parameter.path("in").asText();
        html.append("<tr><td><code>")
                .append(escape(name))
                .append("</code></td><td>")
                .append(escape(where))
                .append(parameter.path("required").asBoolean(false) ? ", required" : "")
                .append("</td><td>")
                .append(escape(parameter.path("description").asText()))
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

    private void writeCode(JsonNode node) {
        html.append("<pre>").append(escape(node.toPrettyString())).append("</pre>");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}

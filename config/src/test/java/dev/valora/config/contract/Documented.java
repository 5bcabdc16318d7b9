package dev.valora.config.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the served OpenAPI document says of answers. Immutable. */
final class Documented {

    /** Any request may be answered so. */
    private static final Set<Integer> EVERYWHERE = Set.of(400, 401, 405, 413, 415);

    private final JsonNode document;
    private final List<Operation> operations = new ArrayList<>();

    /** One operation, and which paths are its own. */
    record Operation(String method, String template, JsonNode says) {

        private boolean isAt(String path) {
            String[] parts = template.split("\\{[^}]*}", -1);
            String pattern =
                    String.join("[^/]+", Stream.of(parts).map(Pattern::quote).toList());
            return path.matches(pattern);
        }

        /** The scopes of which a caller needs one. */
        List<String> scopes() {
            List<String> scopes = new ArrayList<>();
            says.path("x-scopes").forEach(scope -> scopes.add(scope.textValue()));
            return scopes;
        }

        boolean isPublic() {
            return says.get("security").isEmpty();
        }

        boolean isOperators() {
            return !isPublic() && says.at("/security/0").has("operator");
        }
    }

    Documented(JsonNode document) {
        this.document = document;
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                operations.add(new Operation(
                        operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), operation.getValue()));
            }
        }
        // Where several templates fit, the one with fewer names in it is meant.
        operations.sort(
                Comparator.comparingInt(operation -> operation.template().split("\\{", -1).length));
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    /** Where an answer is not what the document says of its operation; nothing, when there is no such operation. */
    List<String> differences(String method, String path, Answer answer) {
        List<String> found = new ArrayList<>();
        operations.stream()
                .filter(operation -> operation.method().equals(method) && operation.isAt(path))
                .findFirst()
                .ifPresent(operation -> compare(operation, answer, found));
        return found;
    }

    private void compare(Operation operation, Answer answer, List<String> found) {
        JsonNode response = operation.says().get("responses").get(Integer.toString(answer.status()));
        if (response == null && !EVERYWHERE.contains(answer.status())) {
            found.add("the document does not know the status " + answer.status());
            return;
        }
        JsonNode content = resolved(response == null ? problem() : response).path("content");
        JsonNode media = content.get(answer.mediaType());
        if (answer.text().isEmpty() ? !content.isMissingNode() : media == null) {
            found.add("the document does not know the media type '" + answer.mediaType() + "'");
        } else if (media != null && answer.mediaType().endsWith("json")) {
            new Shape(document).compare(media.path("schema"), answer.json(), found);
        }
    }

    private JsonNode problem() {
        return document.at("/components/responses/Problem");
    }

    private JsonNode resolved(JsonNode response) {
        return response instanceof ObjectNode object && object.has("$ref")
                ? document.at(object.get("$ref").textValue().substring(1))
                : response;
    }
}

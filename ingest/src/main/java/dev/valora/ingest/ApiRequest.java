package dev.valora.ingest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request whose key was accepted and whose body was read. Immutable but for the body's tree, which belongs to the handler.
 *
 * @param id shown as {@code request_id} in problems, logs and audit rows
 * @param path as sent, without the query
 * @param pathParameters by name of the template's segment, percent-decoded
 * @param query decoded
 * @param headers by lower-case name, the first of each
 * @param body the JSON object that was sent; null when there was no body
 */
public record ApiRequest(
        String id,
        Caller caller,
        String path,
        Map<String, String> pathParameters,
        QueryParameters query,
        Map<String, String> headers,
        @Nullable ObjectNode body) {

    public ApiRequest {
        pathParameters = Map.copyOf(pathParameters);
        headers = Map.copyOf(headers);
    }

    /** The segment that the template calls {@code name}. */
    public String pathParameter(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no path parameter " + name);
        }
        return value;
    }

    /** The organization whose key was used. Only on routes that need such a key. */
    public OrganizationId organization() {
        OrganizationId organization = caller.organization();
        if (organization == null) {
            throw new IllegalStateException("this route does not ask for an organization's key");
        }
        return organization;
    }

    /** The fields of a body that may be left out. */
    public JsonFields optionalFields() {
        return JsonFields.of(body == null ? Json.object() : body);
    }

    /** The body as fields that are checked one by one; throws 400 {@code body_required} when none was sent. */
    public JsonFields fields() {
        ObjectNode sent = body;
        if (sent == null) {
            throw new ProblemException(Problem.of(
                    ProblemKind.MALFORMED, "body_required", "Send a JSON object with Content-Type: application/json."));
        }
        return JsonFields.of(sent);
    }
}

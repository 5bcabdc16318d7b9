package dev.valora.ingest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457).
 *
 * @param code stable machine word; the document's type is {@code /problems/<code>}
 * @param detail a sentence that names the fix
 * @param errors every field problem that was found
 * @param extensions further members, such as {@code failures}; may be null
 * @param headers such as {@code Retry-After} or {@code Allow}
 */
public record Problem(
        ProblemKind kind,
        String code,
        String detail,
        List<FieldProblem> errors,
        @Nullable ObjectNode extensions,
        Map<String, String> headers) {

    /** The media type, exactly, without a parameter. */
    public static final String CONTENT_TYPE = "application/problem+json";

    public Problem {
        errors = List.copyOf(errors);
        headers = Map.copyOf(headers);
    }

    public static Problem of(ProblemKind kind, String code, String detail) {
        return new Problem(kind, code, detail, List.of(), null, Map.of());
    }

    /**
     * 400 {@code malformed_json} for a body that is not strict JSON; says that nothing was accepted.
     *
     * @param line of the body, from 1
     * @param column in bytes, from 1
     * @param what is wrong there, as a clause
     */
    public static Problem malformedJson(int line, int column, String what) {
        ObjectNode where = Json.object().put("line", line).put("column", column).put("accepted", 0);
        // Jackson tells in brackets where a container began, and beside it that it keeps the source to itself.
        int aside = what.indexOf(" (start marker at");
        String reason = aside < 0 ? what : what.substring(0, aside);
        String detail = "The body is not valid JSON: " + reason + " (line " + line + ", column " + column
                + "). Nothing was accepted.";
        return new Problem(ProblemKind.MALFORMED, "malformed_json", detail, List.of(), where, Map.of());
    }

    /** 422 with every field problem. */
    public static Problem invalid(List<FieldProblem> errors) {
        String detail = errors.size() == 1
                ? errors.getFirst().pointer() + ": " + errors.getFirst().detail()
                : errors.size() + " fields are invalid; see errors.";
        return new Problem(ProblemKind.INVALID, "invalid_request", detail, errors, null, Map.of());
    }

    /** 404; says the same for what does not exist and for what belongs to another organization. */
    public static Problem notFound(String what, String id) {
        return of(ProblemKind.NOT_FOUND, "not_found", "There is no " + what + " " + id + ".");
    }

    /** 503 with {@code Retry-After}. */
    public static Problem unavailable(String code, String detail, int retryAfterSeconds) {
        return new Problem(
                ProblemKind.UNAVAILABLE,
                code,
                detail,
                List.of(),
                null,
                Map.of("Retry-After", Integer.toString(retryAfterSeconds)));
    }

    /** The document for one request. */
    public ObjectNode toJson(String requestId) {
        ObjectNode document = Json.object()
                .put("type", "/problems/" + code)
                .put("title", kind.title())
                .put("status", kind.status())
                .put("detail", detail)
                .put("code", code)
                .put("request_id", requestId);
        ArrayNode list = document.putArray("errors");
        for (FieldProblem error : errors) {
            list.addObject()
                    .put("pointer", error.pointer())
                    .put("code", error.code())
                    .put("detail", error.detail());
        }
        if (extensions != null) {
            document.setAll(extensions);
        }
        return document;
    }

    /** The reply for one request. */
    public Reply toReply(String requestId) {
        return new Reply(kind.status(), CONTENT_TYPE, headers, Buffer.buffer(Json.bytes(toJson(requestId))));
    }
}

package dev.valora.ingest.http;

import dev.valora.ingest.Access;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Scope;
import dev.valora.ingest.intake.Intake;
import dev.valora.ingest.intake.Refusals;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What this edge tells on its own: about framing, limits and access. */
final class Problems {

    private static final int LATER_SECONDS = 5;

    private Problems() {}

    static Problem malformedHead(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException tooLong ->
                malformed(
                        "request_line_too_long",
                        "The request line has more than " + HttpLimits.REQUEST_LINE_BYTES + " bytes.");
            case TooLongHttpHeaderException tooLong ->
                malformed("headers_too_large", "The headers have more than " + HttpLimits.HEAD_BYTES + " bytes.");
            case StrictRequestDecoder.AmbiguousHeadException ambiguous ->
                malformed("malformed_request", String.valueOf(ambiguous.getMessage()));
            default -> malformed("malformed_request", "The request is not well-formed HTTP/1.1.");
        };
    }

    static Problem malformedBody() {
        return malformed(
                "malformed_request",
                "The body's framing is not well-formed HTTP/1.1, or it ends early. Nothing was accepted.");
    }

    static Problem malformedUri() {
        return malformed(
                "malformed_uri", "Write the path and the query in ASCII and percent-encode UTF-8 without NUL.");
    }

    static Problem malformed(String code, String detail) {
        return Problem.of(ProblemKind.MALFORMED, code, detail);
    }

    static Problem bodyTooLarge(int maxBytes) {
        return Problem.of(
                ProblemKind.TOO_LARGE,
                "body_too_large",
                "The body may have " + maxBytes + " bytes. Send less at once.");
    }

    static Problem bodyTimedOut() {
        return Problem.of(
                ProblemKind.TIMED_OUT, "body_timeout", "The body took too long to arrive. Nothing was accepted.");
    }

    static Problem unsupportedEncoding() {
        return Problem.of(
                ProblemKind.UNSUPPORTED_MEDIA,
                "unsupported_content_encoding",
                "Send the body without Content-Encoding.");
    }

    static Problem unsupportedType() {
        return Problem.of(
                ProblemKind.UNSUPPORTED_MEDIA, "unsupported_media_type", "Send Content-Type: application/json.");
    }

    static Problem unsupportedUsageEncoding() {
        return Problem.of(
                ProblemKind.UNSUPPORTED_MEDIA,
                "unsupported_content_encoding",
                "Send the body as it is or with Content-Encoding: gzip.");
    }

    static Problem unsupportedUsageType() {
        return Problem.of(
                ProblemKind.UNSUPPORTED_MEDIA,
                "unsupported_media_type",
                "Send Content-Type: application/json or application/x-ndjson.");
    }

    static Problem malformedGzip() {
        return malformed(
                "malformed_gzip", "The body is not gzip, was cut off, or something follows it. Nothing was accepted.");
    }

    static Problem noSuchPath() {
        return Problem.of(ProblemKind.NOT_FOUND, "not_found", "There is nothing at this path.");
    }

    static Problem wrongVerb(Collection<String> allowed) {
        String allow = String.join(", ", allowed);
        return new Problem(
                ProblemKind.METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This path takes " + allow + ".",
                List.of(),
                null,
                Map.of("Allow", allow));
    }

    static Problem forbidden(Access access) {
        return switch (access) {
            case Access.Operator operator ->
                Problem.of(ProblemKind.FORBIDDEN, "operator_only", "This needs the operator's key.");
            case Access.AnyOf anyOf ->
                Problem.of(
                        ProblemKind.FORBIDDEN,
                        "insufficient_scope",
                        "This needs an organization's key with the scope " + names(anyOf) + ".");
            case Access.Public everyone -> throw new IllegalStateException("a public route forbids nobody");
        };
    }

    private static String names(Access.AnyOf access) {
        return access.scopes().stream().sorted().map(Scope::wireName).collect(Collectors.joining(" or "));
    }

    static Problem overloaded() {
        return Refusals.problem(Intake.Offer.FULL);
    }

    /** @param nanos until the organization may send again */
    static Problem rateLimited(long nanos) {
        long seconds = Math.max(1, (nanos + 999_999_999L) / 1_000_000_000L);
        return new Problem(
                ProblemKind.RATE_LIMITED,
                "rate_limited",
                "The organization sends more usage than its quota. Nothing was accepted; send it again in " + seconds
                        + " s.",
                List.of(),
                null,
                Map.of("Retry-After", Long.toString(seconds)));
    }

    static Problem journalFailed() {
        return Problem.unavailable(
                "journal_failed",
                "The journal did not confirm the events. Send them again with the same keys; none is counted twice.",
                LATER_SECONDS);
    }

    static Problem databaseUnavailable() {
        return Problem.unavailable(
                "database_unavailable", "PostgreSQL cannot be reached, or is too busy. Try again.", LATER_SECONDS);
    }

    static Problem internal() {
        return Problem.of(
                ProblemKind.INTERNAL, "internal_error", "The server failed. Its log knows more under this request_id.");
    }
}

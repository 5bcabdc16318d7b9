package dev.valora.ingest.http;

import dev.valora.ingest.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Judges a body by its headers, before it is received. */
final class Media {

    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";

    private Media() {}

    /** What is wrong with a JSON body as announced; null when nothing is. */
    static @Nullable Problem problem(HttpServerRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && (!isIdentity(encoding) || isRepeated(request))) {
            return Problems.unsupportedEncoding();
        }
        return is(JSON, request.getHeader(HttpHeaders.CONTENT_TYPE)) ? null : Problems.unsupportedType();
    }

    /** What a usage body is announced as; null when it is nothing that usage may be sent as. */
    static @Nullable UsageMedia usage(HttpServerRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        boolean gzip = encoding != null && encoding.trim().equalsIgnoreCase("gzip");
        if (encoding != null && ((!gzip && !isIdentity(encoding)) || isRepeated(request))) {
            return null;
        }
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (is(JSON, type)) {
            return gzip ? UsageMedia.GZIP_JSON : UsageMedia.JSON;
        }
        if (is(NDJSON, type)) {
            return gzip ? UsageMedia.GZIP_LINES : UsageMedia.LINES;
        }
        return null;
    }

    /** Why {@link #usage} gave nothing. */
    static Problem usageProblem(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return is(JSON, type) || is(NDJSON, type)
                ? Problems.unsupportedUsageEncoding()
                : Problems.unsupportedUsageType();
    }

    /** Whether a body is announced at all. */
    static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING) : !length.equals("0");
    }

    /** Whether encodings were laid over each other: several lines are one list (RFC 9110, section 5.3). */
    private static boolean isRepeated(HttpServerRequest request) {
        return request.headers().getAll(HttpHeaders.CONTENT_ENCODING).size() > 1;
    }

    private static boolean isIdentity(String encoding) {
        return encoding.trim().equalsIgnoreCase("identity");
    }

    /** The media type, whatever its parameters. */
    private static boolean is(String type, @Nullable String contentType) {
        if (contentType == null || !contentType.regionMatches(true, 0, type, 0, type.length())) {
            return false;
        }
        if (contentType.length() == type.length()) {
            return true;
        }
        String rest = contentType.substring(type.length()).stripLeading();
        return rest.isEmpty() || rest.startsWith(";");
    }
}

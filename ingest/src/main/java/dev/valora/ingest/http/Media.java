package dev.valora.ingest.http;

import dev.valora.ingest.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Judges a body by its headers, before it is received. */
final class Media {

    private static final String JSON = "application/json";

    private Media() {}

    /** What is wrong with a JSON body as announced; null when nothing is. */
    static @Nullable Problem problem(HttpServerRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.trim().equalsIgnoreCase("identity")) {
            return Problems.unsupportedEncoding();
        }
        return isJson(request.getHeader(HttpHeaders.CONTENT_TYPE)) ? null : Problems.unsupportedType();
    }

    /** Whether a body is announced at all. */
    static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING) : !length.equals("0");
    }

    /** The media type, whatever its parameters. */
    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null || !contentType.regionMatches(true, 0, JSON, 0, JSON.length())) {
            return false;
        }
        String rest = contentType.substring(JSON.length()).stripLeading();
        return rest.isEmpty() || rest.startsWith(";");
    }
}

package dev.valora.config.documentation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.valora.ingest.Access;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Serves the contract. Both answers are made once, at start. */
public final class DocumentationRoutes {

    private static final String RESOURCE = "/openapi.json";

    /** The page may load nothing: it brings its own style and needs no script. */
    private static final Map<String, String> PAGE_HEADERS =
            Map.of("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");

    private DocumentationRoutes() {}

    /** The two routes, open to everybody: they tell nothing about an organization. */
    public static List<Route> routes() {
        byte[] document = read();
        Reply json = new Reply(200, "application/json", Map.of(), Buffer.buffer(document));
        Reply page = new Reply(
                200,
                "text/html; charset=utf-8",
                PAGE_HEADERS,
                Buffer.buffer(DocumentationPage.render(parse(document))));
        return List.of(
                new Route(HttpVerb.GET, "/openapi.json", Access.everyone(), request -> json),
                new Route(HttpVerb.GET, "/docs", Access.everyone(), request -> page));
    }

    static JsonNode document() {
        return parse(read());
    }

    /** Not the strict reader of requests: the document is nested deeper than any request may be. */
    private static JsonNode parse(byte[] document) {
        try {
            return new ObjectMapper().readTree(document);
        } catch (IOException malformed) {
            throw new UncheckedIOException("the packaged " + RESOURCE + " is not JSON", malformed);
        }
    }

    private static byte[] read() {
        try (InputStream stream = DocumentationRoutes.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar");
            }
            return stream.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the packaged " + RESOURCE + " cannot be read", unreadable);
        }
    }
}

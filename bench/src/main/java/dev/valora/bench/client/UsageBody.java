package dev.valora.bench.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** A body of usage events in one of the forms of the contract. Immutable. */
public final class UsageBody {

    /** How events stand in a body. */
    public enum Form {
        /** One as an object, more as an array. */
        PLAIN,
        /** As the only member of an object. */
        EVENTS,
        /** Newline-delimited. */
        LINES
    }

    private final byte[] bytes;
    private final String contentType;
    private final boolean gzip;

    private UsageBody(byte[] bytes, String contentType, boolean gzip) {
        this.bytes = bytes;
        this.contentType = contentType;
        this.gzip = gzip;
    }

    /** The body of some events. */
    public static UsageBody of(List<Map<String, Object>> events, Form form, boolean gzip) {
        byte[] plain = switch (form) {
            case PLAIN -> ApiClient.json(events.size() == 1 ? events.getFirst() : events);
            case EVENTS -> ApiClient.json(Map.of("events", events));
            case LINES -> lines(events);
        };
        String contentType = form == Form.LINES ? "application/x-ndjson" : "application/json";
        return new UsageBody(gzip ? compressed(plain) : plain, contentType, gzip);
    }

    BodyPublisher publisher() {
        return BodyPublishers.ofByteArray(bytes);
    }

    String contentType() {
        return contentType;
    }

    boolean isGzip() {
        return gzip;
    }

    private static byte[] lines(List<Map<String, Object>> events) {
        StringBuilder lines = new StringBuilder();
        events.forEach(
                event -> lines.append(new String(ApiClient.json(event), UTF_8)).append('\n'));
        return lines.toString().getBytes(UTF_8);
    }

    private static byte[] compressed(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(bytes)) {
            stream.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException("bytes in memory could not be written", impossible);
        }
        return bytes.toByteArray();
    }
}

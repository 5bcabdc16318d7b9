package dev.valora.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.bench.fuzz.Expected.Content;
import dev.valora.bench.fuzz.Expected.Property;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.UsageBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writes records as a body that says the same: members in another order, values as strings. One thread. */
final class Rewriting {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    byte[] body(UsageBatch batch) throws Finding {
        ArrayNode events = JSON.createArrayNode();
        for (int i = 0; i < batch.size(); i++) {
            write(BodyCheck.content(new EventRecord().wrap(batch.records, batch.recordOffset[i])), events.addObject());
        }
        try {
            return JSON.writeValueAsBytes(JSON.createObjectNode().set("events", events));
        } catch (IOException impossible) {
            throw new UncheckedIOException("a tree could not be written", impossible);
        }
    }

    private static void write(Content content, ObjectNode event) {
        if (content.micros() != null) {
            event.put(
                    "timestamp",
                    Instant.EPOCH.plus(content.micros(), ChronoUnit.MICROS).toString());
        }
        if (content.value() != null) {
            event.put("value", content.value().toPlainString());
        }
        event.put(content.isByType() ? "type" : "meter", content.target());
        event.put("customer", content.customer());
        event.put("idempotency_key", content.key());
        ObjectNode properties = event.putObject("properties");
        content.properties().reversed().forEach((name, property) -> write(name, property, properties));
    }

    private static void write(String name, Property property, ObjectNode properties) {
        switch (property.kind()) {
            case RecordLayout.KIND_STRING -> properties.put(name, property.text());
            case RecordLayout.KIND_NUMBER ->
                properties.putRawValue(name, new com.fasterxml.jackson.databind.util.RawValue(property.text()));
            case RecordLayout.KIND_TRUE -> properties.put(name, true);
            case RecordLayout.KIND_FALSE -> properties.put(name, false);
            default -> throw new IllegalArgumentException("a property of kind " + property.kind());
        }
    }

    /** For messages: a body as text, whatever it is, not too much of it. */
    static String shown(byte[] body, int length) {
        String text = new String(body, 0, Math.min(length, 2_000), UTF_8);
        return length > 2_000 ? text + "…" : text;
    }
}

package dev.valora.ingest.parse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.ingest.Aggregation;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.Rejection;
import dev.valora.ingest.admission.UsageBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A parser with some meters and a batch, for the tests of this package. */
final class Parsing {

    static final OrganizationId ORGANIZATION = new OrganizationId(new UUID(0x0102030405060708L, 0x1112131415161718L));

    final MeterDirectory meters = new MeterDirectory();
    final UsageBatch batch = new UsageBatch(new UsageBatch.Listener() {
        @Override
        public void onDurable(UsageBatch batch) {
            throw new AssertionError("nothing is made durable here");
        }

        @Override
        public void onFailed(UsageBatch batch) {
            throw new AssertionError("nothing fails here");
        }
    });
    private final UsageParser parser = new UsageParser(new EventHash(new byte[EventHash.SECRET_BYTES]), meters);

    Parsing() {
        define("calls", Aggregation.COUNT, null);
        define("tokens", Aggregation.SUM, null);
        define("peak", Aggregation.MAX, null);
        define("storage", Aggregation.SUM, "gigabytes");
    }

    private void define(String code, Aggregation aggregation, @Nullable String valueProperty) {
        meters.define(new MeterDefinition(ORGANIZATION, code, aggregation, code, valueProperty, List.of(), 60), 1);
    }

    /** Parses a body that can be read. */
    UsageBatch parse(String body) {
        return parse(body.getBytes(UTF_8));
    }

    UsageBatch parse(byte[] body) {
        batch.begin(ORGANIZATION, false);
        parser.parse(body, body.length, false, batch);
        return batch;
    }

    /** Parses a body that must be refused as a whole and leave nothing behind. */
    Problem refusal(byte[] body) {
        return refusal(body, body.length);
    }

    /** The same with the body in an array that was used before. */
    Problem refusal(byte[] body, int length) {
        try {
            batch.begin(ORGANIZATION, false);
            parser.parse(body, length, false, batch);
        } catch (ProblemException refused) {
            if (batch.size() != 0
                    || batch.recordsLength() != 0
                    || !batch.rejections().isEmpty()) {
                throw new AssertionError("a refused body left something in the batch");
            }
            return refused.problem();
        }
        throw new AssertionError("the body was taken: " + new String(body, UTF_8));
    }

    Problem refusal(String body) {
        return refusal(body.getBytes(UTF_8));
    }

    /** Parses one event that must become a record. */
    EventRecord event(String body) {
        parse(body);
        if (batch.size() != 1) {
            throw new AssertionError(body + " was refused: " + batch.rejections());
        }
        return record(0);
    }

    EventRecord record(int i) {
        return new EventRecord().wrap(batch.records, batch.recordOffset[i]);
    }

    /** Parses one event that must be refused. */
    Rejection rejection(String body) {
        parse(body);
        if (batch.size() != 0 || batch.rejections().size() != 1) {
            throw new AssertionError(body + " was taken");
        }
        return batch.rejections().getFirst();
    }

    /** Everything that a record says, as text. */
    static String describe(EventRecord event) {
        List<String> properties = new ArrayList<>();
        int property = event.firstProperty();
        for (int i = 0; i < event.propertyCount(); i++) {
            String name =
                    new String(event.bytes(), event.propertyName(property), event.propertyNameLength(property), UTF_8);
            properties.add(name + "=" + event.propertyKind(property) + ":" + event.propertyString(property));
            property = event.nextProperty(property);
        }
        if (property != event.offset() + event.length()) {
            throw new AssertionError("the properties do not end where the record ends");
        }
        return event.key() + " " + event.customer() + " " + (event.isByType() ? "type " : "meter ") + event.target()
                + " " + event.value() + " " + (event.isTimeDefaulted() ? "now" : event.eventMicros()) + " "
                + properties;
    }
}

package dev.valora.bench.jmh;

import dev.valora.bench.fuzz.Unheard;
import dev.valora.bench.load.EventBodies;
import dev.valora.bench.load.LoadPlan;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.parse.UsageParser;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A body of the load generator and what is needed to parse it. One thread. */
final class Parsed {

    /** The time of all events. */
    static final Instant EVENT_TIME = Instant.parse("2026-11-22T18:00:00Z");

    /** The same in microseconds since the epoch. */
    static final long EVENT_MICROS = EVENT_TIME.getEpochSecond() * 1_000_000;

    private static final OrganizationId ORGANIZATION = new OrganizationId(new UUID(1, 2));

    private final byte[] body;
    private final UsageParser parser;
    private final UsageBatch batch = new UsageBatch(new Unheard());

    Parsed(int events) {
        body = EventBodies.body(events, 0, EVENT_TIME);
        MeterDirectory meters = new MeterDirectory();
        String code = LoadPlan.meterCode(0);
        meters.define(new MeterDefinition(ORGANIZATION, code, Aggregation.SUM, code, null, List.of(), 60), 0);
        parser = new UsageParser(new EventHash(new byte[EventHash.SECRET_BYTES]), meters);
    }

    /** Parses the body and returns the batch, which is the same each time. */
    UsageBatch parse() {
        return parse(body);
    }

    /** Parses a body with keys of its own, from {@code firstSequence} on, into the same batch. */
    UsageBatch parse(long firstSequence) {
        return parse(EventBodies.body(batch.size(), firstSequence, EVENT_TIME));
    }

    /** Bytes of the first records of a batch. */
    static int recordBytes(UsageBatch batch, int records) {
        return records == batch.size() ? batch.recordsLength() : batch.recordOffset[records];
    }

    private UsageBatch parse(byte[] bytes) {
        batch.begin(ORGANIZATION, false);
        parser.parse(bytes, bytes.length, false, batch);
        if (!batch.rejections().isEmpty()) {
            throw new IllegalStateException("the events are refused: " + batch.rejections());
        }
        return batch;
    }
}

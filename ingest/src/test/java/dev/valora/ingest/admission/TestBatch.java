package dev.valora.ingest.admission;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.RecordLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Fills a batch as parsing would, and remembers what it was told. */
public final class TestBatch implements UsageBatch.Listener {

    public static final OrganizationId ORGANIZATION =
            new OrganizationId(UUID.fromString("0198a000-0000-7000-8000-000000000001"));

    private static final byte[] SECRET = "sixteen-byte-key".getBytes(UTF_8);

    private final UsageBatch batch = new UsageBatch(this);
    private final MeterDirectory meters;
    private final EventHash hash = hash();
    private final AtomicInteger durable = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    public TestBatch(MeterDirectory meters) {
        this.meters = meters;
        batch.begin(ORGANIZATION, false);
    }

    /** A hash with the secret that all test batches use. */
    public static EventHash hash() {
        return new EventHash(SECRET);
    }

    public TestBatch begin(boolean atomic) {
        batch.begin(ORGANIZATION, atomic);
        return this;
    }

    /** Adds an event with a value of one byte for the meter; {@code micros} null = no timestamp was sent. */
    public TestBatch event(String key, String meterCode, int value, @Nullable Long micros) {
        return event(key, "acme", meterCode, value, micros);
    }

    private TestBatch event(String key, String customerKey, String meterCode, int value, @Nullable Long micros) {
        byte[] keyBytes = key.getBytes(UTF_8);
        byte[] customer = customerKey.getBytes(UTF_8);
        byte[] target = meterCode.getBytes(UTF_8);
        int length = RecordLayout.EVENT_FIXED_BYTES + keyBytes.length + customer.length + target.length + 1;
        batch.ensureRecordRoom(length);
        byte[] bytes = batch.records;
        int at = batch.recordsLength();
        RecordLayout.putInt(bytes, at + RecordLayout.RECORD_LENGTH, length);
        bytes[at + RecordLayout.RECORD_TYPE] = RecordLayout.TYPE_EVENT;
        bytes[at + RecordLayout.EVENT_FLAGS] =
                (byte) (RecordLayout.FLAG_VALUE | (micros == null ? RecordLayout.FLAG_TIME_DEFAULTED : 0));
        bytes[at + RecordLayout.EVENT_VALUE_SCALE] = 0;
        bytes[at + RecordLayout.EVENT_VALUE_BYTES] = 1;
        RecordLayout.putU16(bytes, at + RecordLayout.EVENT_KEY_LENGTH, keyBytes.length);
        RecordLayout.putU16(bytes, at + RecordLayout.EVENT_CUSTOMER_LENGTH, customer.length);
        RecordLayout.putU16(bytes, at + RecordLayout.EVENT_TARGET_LENGTH, target.length);
        RecordLayout.putU16(bytes, at + RecordLayout.EVENT_PROPERTY_COUNT, 0);
        RecordLayout.putLong(
                bytes,
                at + RecordLayout.EVENT_ORGANIZATION_HIGH,
                ORGANIZATION.value().getMostSignificantBits());
        RecordLayout.putLong(
                bytes,
                at + RecordLayout.EVENT_ORGANIZATION_LOW,
                ORGANIZATION.value().getLeastSignificantBits());
        RecordLayout.putLong(bytes, at + RecordLayout.EVENT_TIME, micros == null ? 0 : micros);
        int text = put(bytes, at + RecordLayout.EVENT_FIXED_BYTES, keyBytes);
        text = put(bytes, put(bytes, text, customer), target);
        bytes[text] = (byte) value;
        int i = batch.add(length, batch.size());
        hash.hash(bytes, at);
        batch.hashHigh[i] = hash.high();
        batch.hashLow[i] = hash.low();
        batch.fingerprint[i] = hash.fingerprint();
        batch.meter[i] = meters.find(ORGANIZATION, meterCode);
        batch.verdict[i] = batch.meter[i] == null ? Verdict.UNKNOWN_METER : Verdict.ACCEPTED;
        return this;
    }

    /** Adds an event whose record has about 50 kB. */
    public TestBatch largeEvent(String key, String meterCode) {
        return event(key, "x".repeat(50_000), meterCode, 1, null);
    }

    /** Adds an event that parsing could not turn into a record. */
    public TestBatch malformed(String key) {
        batch.rejections().add(new Rejection(batch.size(), key, "missing_field", "customer is missing", "/0/customer"));
        return this;
    }

    private static int put(byte[] bytes, int at, byte[] text) {
        System.arraycopy(text, 0, bytes, at, text.length);
        return at + text.length;
    }

    public UsageBatch batch() {
        return batch;
    }

    public List<Verdict> verdicts() {
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            verdicts.add(batch.verdict[i]);
        }
        return verdicts;
    }

    /** How often the batch was told to be durable. */
    public int durable() {
        return durable.get();
    }

    /** How often the batch was told to have failed. */
    public int failed() {
        return failed.get();
    }

    /** How often the batch was told that nothing is taken. */
    public int refused() {
        return refused.get();
    }

    @Override
    public void onDurable(UsageBatch told) {
        durable.incrementAndGet();
    }

    @Override
    public void onRefused(UsageBatch told) {
        refused.incrementAndGet();
    }

    @Override
    public void onFailed(UsageBatch told) {
        failed.incrementAndGet();
    }
}

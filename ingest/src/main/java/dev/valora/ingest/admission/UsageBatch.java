package dev.valora.ingest.admission;

import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.RegisteredMeter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The usage events of one request, encoded as journal records, beside what admission needs to know of each. One thread at a
 * time: the event loop fills it, hands it to the writer, and gets it back with the verdicts; it is then reused for another
 * request of the same loop.
 *
 * <p>The fields are public arrays by intent: this is the one structure every event passes through, and it is filled and read
 * without an object an event.
 */
public final class UsageBatch {

    /** Told of the batch's end on the writer's thread; must not block and must not throw. */
    public interface Listener {

        /** Every verdict is set and every accepted event is on disk. */
        void onDurable(UsageBatch batch);

        /** Nothing of the batch was judged: the writer takes nothing for now, and the same may be sent again. */
        default void onRefused(UsageBatch batch) {
            onFailed(batch);
        }

        /** Nothing of the batch may be considered accepted, nor refused: the journal failed or the server stops. */
        void onFailed(UsageBatch batch);
    }

    private final Listener listener;

    // Filled while parsing.
    private OrganizationId organization = new OrganizationId(new java.util.UUID(0, 0));
    private boolean atomic;
    private int size;
    private int recordsLength;

    /** Records, one behind the other; the first {@link #recordsLength} bytes. */
    public byte[] records = new byte[4096];

    /** Where the record of an event starts in {@link #records}. */
    public int[] recordOffset = new int[16];

    /** Index of the event in the request. */
    public int[] sourceIndex = new int[16];

    /** Keyed hash of organization and idempotency key, high half. */
    public long[] hashHigh = new long[16];

    /** Keyed hash of organization and idempotency key, low half. */
    public long[] hashLow = new long[16];

    /** Fingerprint of the event's canonical content. */
    public long[] fingerprint = new long[16];

    /** The meter that the event addresses; null when it addresses a type, or no meter that was known while parsing. */
    public @Nullable RegisteredMeter[] meter = new RegisteredMeter[16];

    /**
     * What becomes of the event if it is neither a duplicate nor a conflict, as far as parsing can tell: {@link
     * Verdict#ACCEPTED}, {@link Verdict#UNKNOWN_METER}, {@link Verdict#VALUE_REQUIRED} or {@link Verdict#INVALID_VALUE}. The
     * writer replaces it by the verdict.
     */
    public Verdict[] verdict = new Verdict[16];

    private final List<Rejection> rejections = new ArrayList<>();

    // Set by the writer.
    private int accepted;
    private int duplicates;
    private long acceptedMicros;

    public UsageBatch(Listener listener) {
        this.listener = listener;
    }

    public Listener listener() {
        return listener;
    }

    /** Empties the batch for a new request. */
    public void begin(OrganizationId newOrganization, boolean newAtomic) {
        organization = newOrganization;
        atomic = newAtomic;
        Arrays.fill(meter, 0, size, null);
        size = 0;
        recordsLength = 0;
        rejections.clear();
        accepted = 0;
        duplicates = 0;
        acceptedMicros = 0;
    }

    /** Empties the batch for the same request. */
    public void restart() {
        begin(organization, atomic);
    }

    public OrganizationId organization() {
        return organization;
    }

    /** Whether the request is all or nothing. */
    public boolean isAtomic() {
        return atomic;
    }

    /** Events that became records; rejected ones are not among them. */
    public int size() {
        return size;
    }

    public int recordsLength() {
        return recordsLength;
    }

    /** Bytes of the record of event {@code i}. */
    public int recordLength(int i) {
        return (i + 1 < size ? recordOffset[i + 1] : recordsLength) - recordOffset[i];
    }

    /** Events that could not become records. To be read only, but for the parser. */
    public List<Rejection> rejections() {
        return rejections;
    }

    /** Makes room for {@code bytes} more bytes of records behind {@link #recordsLength}. */
    public void ensureRecordRoom(int bytes) {
        if (records.length - recordsLength < bytes) {
            records = Arrays.copyOf(records, Math.max(records.length * 2, recordsLength + bytes));
        }
    }

    /**
     * Adds the event whose record was just written at {@link #recordsLength}.
     *
     * @return the event's index in the arrays, for the other fields to be set
     */
    public int add(int length, int indexInRequest) {
        if (size == recordOffset.length) {
            grow(size * 2);
        }
        recordOffset[size] = recordsLength;
        sourceIndex[size] = indexInRequest;
        recordsLength += length;
        return size++;
    }

    private void grow(int capacity) {
        recordOffset = Arrays.copyOf(recordOffset, capacity);
        sourceIndex = Arrays.copyOf(sourceIndex, capacity);
        hashHigh = Arrays.copyOf(hashHigh, capacity);
        hashLow = Arrays.copyOf(hashLow, capacity);
        fingerprint = Arrays.copyOf(fingerprint, capacity);
        meter = Arrays.copyOf(meter, capacity);
        verdict = Arrays.copyOf(verdict, capacity);
    }

    /** Written by admission: how many events were accepted and how many were duplicates, and when. */
    public void judged(int newAccepted, int newDuplicates, long newAcceptedMicros) {
        accepted = newAccepted;
        duplicates = newDuplicates;
        acceptedMicros = newAcceptedMicros;
    }

    public int accepted() {
        return accepted;
    }

    public int duplicates() {
        return duplicates;
    }

    /** When the writer accepted the batch, in epoch microseconds. */
    public long acceptedMicros() {
        return acceptedMicros;
    }

    /** Whether any event was refused, for its shape or by admission. */
    public boolean hasFailures() {
        return !rejections.isEmpty() || accepted + duplicates != size;
    }
}

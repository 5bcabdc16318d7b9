package dev.valora.bench.books;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event in the books. Its quantity is a power of ten that no other event of its window has, so the digit at its place in
 * the window's sum is the number of times it was counted.
 *
 * <p>Any thread.
 */
public final class BookedEvent {

    /** Events a window can hold: as many as a value may have digits. */
    static final int SLOTS = 30;

    /** Digits behind the point: slot 0 is the smallest value there is. */
    static final int SCALE = 12;

    private final String key;
    private final String customer;
    private final Instant window;
    private final int slot;
    private final boolean conflicting;

    private long firstSentMicros = Long.MIN_VALUE;
    private int sendings;
    private boolean acknowledged;
    private boolean unknown;
    private boolean contradicted;
    private @Nullable Outcome lastOutcome;

    /**
     * @param window start of the hour it belongs to
     * @param slot 0 to {@link #SLOTS}−1
     * @param conflicting whether another event with this key was acknowledged before, so that this one never may be
     */
    BookedEvent(String key, String customer, Instant window, int slot, boolean conflicting) {
        this.key = key;
        this.customer = customer;
        this.window = window;
        this.slot = slot;
        this.conflicting = conflicting;
    }

    /** Its idempotency key. */
    public String key() {
        return key;
    }

    /** Whose usage it is. */
    public String customer() {
        return customer;
    }

    /** The start of its window. */
    public Instant window() {
        return window;
    }

    int slot() {
        return slot;
    }

    /** Its quantity. */
    public BigDecimal quantity() {
        return new BigDecimal(BigInteger.TEN.pow(slot), SCALE);
    }

    /** Its own time: the first one exactly on its window's start, the last a microsecond before its end. */
    public Instant eventTime() {
        if (slot == SLOTS - 1) {
            return window.plus(Duration.ofHours(1)).minusNanos(1_000);
        }
        return window.plus(Duration.ofMinutes(2).multipliedBy(slot));
    }

    /** Its fields as the contract names them. */
    Map<String, String> fields(String meter) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("idempotency_key", key);
        fields.put("customer", customer);
        fields.put("meter", meter);
        fields.put("value", quantity().toPlainString());
        fields.put("timestamp", eventTime().toString());
        return fields;
    }

    /** Written before each sending. */
    synchronized void sent(long epochMicros) {
        if (sendings++ == 0) {
            firstSentMicros = epochMicros;
        }
    }

    /** Written after each sending. */
    synchronized void answered(Outcome outcome) {
        contradicted |= acknowledged && outcome == Outcome.REFUSED;
        acknowledged |= outcome == Outcome.ACKNOWLEDGED;
        unknown |= outcome == Outcome.UNKNOWN;
        lastOutcome = outcome;
    }

    /** Whether any sending was acknowledged. */
    public synchronized boolean isAcknowledged() {
        return acknowledged;
    }

    /** Whether the server has decided: acknowledged at any time, or refused the last time. */
    synchronized boolean isSettled() {
        return acknowledged || lastOutcome == Outcome.REFUSED;
    }

    /** Whether it may be counted although nobody acknowledged it; true as well while an answer is missing. */
    synchronized boolean mayBeCounted() {
        return unknown || (lastOutcome == null && sendings > 0);
    }

    /** Whether it was acknowledged and then refused unchanged, or acknowledged although its key was taken. */
    synchronized boolean isContradicted() {
        return contradicted || (conflicting && acknowledged);
    }

    /** For messages. */
    @Override
    public synchronized String toString() {
        return key + " (" + customer + ", " + window + ", " + quantity().toPlainString() + ", sent " + sendings
                + " times since " + firstSentMicros + " µs, last " + lastOutcome + ")";
    }
}

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

    private static final int BALLAST_CHARACTERS = 1_000;

    /**
     * Where it counts.
     *
     * @param window start of the hour
     * @param slot 0 to {@link #SLOTS}−1
     * @param isByType whether it addresses the event type, and so feeds every meter of it
     */
    record Place(String customer, Instant window, int slot, boolean isByType) {}

    private final String key;
    private final Place place;
    private final boolean conflicting;

    private long firstSentMicros = Long.MIN_VALUE;
    private int sendings;
    private boolean acknowledged;
    private boolean unknown;
    private boolean contradicted;
    private @Nullable Outcome lastOutcome;
    private int voidSendings;
    private int voidAnswers;
    private boolean voidUnknown;
    private boolean voided;

    /** @param conflicting whether another event with this key was acknowledged before, so that this one never may be */
    BookedEvent(String key, Place place, boolean conflicting) {
        this.key = key;
        this.place = place;
        this.conflicting = conflicting;
    }

    /** Its idempotency key. */
    public String key() {
        return key;
    }

    /** Whose usage it is. */
    public String customer() {
        return place.customer;
    }

    /** The start of its window. */
    public Instant window() {
        return place.window;
    }

    int slot() {
        return place.slot;
    }

    /** Whether its key belongs to another event. */
    boolean isConflicting() {
        return conflicting;
    }

    Place place() {
        return place;
    }

    /** Its quantity. */
    public BigDecimal quantity() {
        return quantity(place.slot);
    }

    /** The quantity of a slot. */
    static BigDecimal quantity(int slot) {
        return new BigDecimal(BigInteger.TEN.pow(slot), SCALE);
    }

    /** Its own time: the first one exactly on its window's start, the last a microsecond before its end. */
    public Instant eventTime() {
        if (place.slot == SLOTS - 1) {
            return place.window.plus(Duration.ofHours(1)).minusNanos(1_000);
        }
        return place.window.plus(Duration.ofMinutes(2).multipliedBy(place.slot));
    }

    /** Its fields as the contract names them; the same in every sending. */
    Map<String, Object> fields(BooksPlan plan) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("idempotency_key", key);
        fields.put("customer", place.customer);
        fields.put(place.isByType ? "type" : "meter", plan.meter());
        fields.put("value", quantity().toPlainString());
        fields.put("timestamp", eventTime().toString());
        if (plan.ballast() > 0) {
            Map<String, String> ballast = new LinkedHashMap<>();
            for (int i = 0; i < plan.ballast(); i++) {
                String text = key + "/" + i + "/";
                ballast.put("ballast_" + i, text.repeat(BALLAST_CHARACTERS / text.length()));
            }
            fields.put("properties", ballast);
        }
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

    /** Written before each sending of its void; only an acknowledged event is voided. */
    synchronized void voidSent() {
        if (!acknowledged) {
            throw new IllegalStateException("only an acknowledged event may be voided: " + this);
        }
        voidSendings++;
    }

    /** Written after each sending of its void. The server knows the event, so it must not refuse it. */
    synchronized void voidAnswered(Outcome outcome) {
        voidAnswers++;
        contradicted |= outcome == Outcome.REFUSED;
        voided |= outcome == Outcome.ACKNOWLEDGED;
        voidUnknown |= outcome == Outcome.UNKNOWN;
    }

    /** Whether any sending was acknowledged. */
    public synchronized boolean isAcknowledged() {
        return acknowledged;
    }

    /** Whether a void of it was ever sent. */
    synchronized boolean isVoidSent() {
        return voidSendings > 0;
    }

    /** Whether a void was acknowledged: it must not be counted any more, whatever was sent since. */
    public synchronized boolean isVoided() {
        return voided;
    }

    /** Whether nobody knows if it is voided; true as well while an answer is missing. */
    synchronized boolean mayBeVoided() {
        return !voided && (voidUnknown || voidSendings > voidAnswers);
    }

    /** Whether it was sent once so far. */
    synchronized boolean isSentOnce() {
        return sendings == 1;
    }

    /** Whether the server has decided: acknowledged at any time, or refused the last time. */
    synchronized boolean isDecided() {
        return acknowledged || lastOutcome == Outcome.REFUSED;
    }

    /** Whether it has decided of the event, and of its void if one was sent. */
    synchronized boolean isSettled() {
        return isDecided() && (voided || voidSendings == 0);
    }

    /** Whether it may be counted although nobody acknowledged it; true as well while an answer is missing. */
    synchronized boolean mayBeCounted() {
        return unknown || (lastOutcome == null && sendings > 0);
    }

    /**
     * Whether it was acknowledged and then refused unchanged, or its void was, or it was acknowledged although its key was
     * taken.
     */
    synchronized boolean isContradicted() {
        return contradicted || (conflicting && acknowledged);
    }

    /** For messages. */
    @Override
    public synchronized String toString() {
        return key + " (" + place.customer + ", " + place.window + ", "
                + quantity().toPlainString() + ", sent " + sendings
                + " times since " + firstSentMicros + " µs, last " + lastOutcome + ", void sent " + voidSendings
                + " times" + (voided ? ", voided" : "") + ")";
    }
}

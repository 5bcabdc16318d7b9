package dev.valora.ingest.admission;

/**
 * What the dedup index knows a key's event and its void by, see {@link EventHash}.
 *
 * @param high first half of the event's identity
 * @param low second half of the event's identity
 * @param voidHigh first half of its void's identity
 * @param voidLow second half of its void's identity
 */
public record EventIdentity(long high, long low, long voidHigh, long voidLow) {}

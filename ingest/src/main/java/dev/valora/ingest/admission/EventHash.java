package dev.valora.ingest.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.RecordLayout;

/**
 * What deduplication knows an event by, computed from its journal record alone, so that the index can be built again from the
 * journal. One thread; an instance per thread.
 *
 * <p>The identity is SipHash-2-4-128 of the organization's id, the key's length and the key. The fingerprint is a {@link
 * ContentHash} of the record with its length and type set to zero, and the event time too when it was defaulted, because a retry
 * is stamped anew. Both are keyed with a secret of the data directory: nobody can make two keys collide, nor make other content
 * look the same.
 */
public final class EventHash {

    /** Bytes of the secret. */
    public static final int SECRET_BYTES = 16;

    private static final int IDENTITY_WORDS = 3;
    private static final int CONTENT_KEYS = 4;

    /** Beside the key's length, which has 16 bits. */
    private static final long VOID_MARK = 1L << Integer.SIZE;

    /** Clears the record's length and type in its first word. */
    private static final long CONTENT_MASK = -1L << (RecordLayout.EVENT_FLAGS * Byte.SIZE);

    private final SipHash identity;
    private final ContentHash content;
    private final long[] words = new long[IDENTITY_WORDS];
    private long fingerprint;

    /**
     * @param secret16 16 secret random bytes; another secret gives other hashes
     * @throws IllegalArgumentException when the secret has another length
     */
    public EventHash(byte[] secret16) {
        if (secret16.length != SECRET_BYTES) {
            throw new IllegalArgumentException("the secret must have " + SECRET_BYTES + " bytes");
        }
        long key0 = RecordLayout.getLong(secret16, 0);
        long key1 = RecordLayout.getLong(secret16, Long.BYTES);
        identity = new SipHash(key0, key1);
        long[] contentKeys = new long[CONTENT_KEYS];
        for (int i = 0; i < CONTENT_KEYS; i += 2) {
            hashLabel("fingerprint" + i);
            contentKeys[i] = identity.first();
            contentKeys[i + 1] = identity.second();
        }
        content = new ContentHash(contentKeys);
    }

    private void hashLabel(String label) {
        byte[] bytes = label.getBytes(US_ASCII);
        identity.hash(words, 0, bytes, 0, bytes.length);
    }

    /**
     * Tells one secret from another without telling either: files that hold hashes say whose they are. Overwrites the last
     * event's results.
     */
    public long secretFingerprint() {
        hashLabel("secret");
        return identity.second();
    }

    /** Hashes the event record that starts at {@code recordOffset}; it must be complete. */
    public void hash(byte[] records, int recordOffset) {
        identify(records, recordOffset, 0);
        boolean timeDefaulted =
                (records[recordOffset + RecordLayout.EVENT_FLAGS] & RecordLayout.FLAG_TIME_DEFAULTED) != 0;
        fingerprint = content.hash(
                records,
                recordOffset,
                RecordLayout.getInt(records, recordOffset + RecordLayout.RECORD_LENGTH),
                RecordLayout.getLong(records, recordOffset) & CONTENT_MASK,
                timeDefaulted ? 0 : RecordLayout.getLong(records, recordOffset + RecordLayout.EVENT_TIME));
    }

    /**
     * Hashes what a void of the event record at {@code recordOffset} is known by: another identity than the event's, claimed
     * once, so that an event is voided once. A void has no fingerprint.
     */
    public void hashVoid(byte[] records, int recordOffset) {
        identify(records, recordOffset, VOID_MARK);
    }

    /** What the index knows the event with this key, and its void, by. */
    public EventIdentity identity(OrganizationId organization, byte[] key) {
        identify(organization, key, 0);
        long high = high();
        long low = low();
        identify(organization, key, VOID_MARK);
        return new EventIdentity(high, low, high(), low());
    }

    private void identify(OrganizationId organization, byte[] key, long mark) {
        words[0] = organization.value().getMostSignificantBits();
        words[1] = organization.value().getLeastSignificantBits();
        words[2] = key.length | mark;
        identity.hash(words, IDENTITY_WORDS, key, 0, key.length);
    }

    private void identify(byte[] records, int recordOffset, long mark) {
        int keyLength = RecordLayout.getU16(records, recordOffset + RecordLayout.EVENT_KEY_LENGTH);
        words[0] = RecordLayout.getLong(records, recordOffset + RecordLayout.EVENT_ORGANIZATION_HIGH);
        words[1] = RecordLayout.getLong(records, recordOffset + RecordLayout.EVENT_ORGANIZATION_LOW);
        words[2] = keyLength | mark;
        identity.hash(words, IDENTITY_WORDS, records, recordOffset + RecordLayout.EVENT_FIXED_BYTES, keyLength);
    }

    /** First half of the last event's identity. */
    public long high() {
        return identity.first();
    }

    /** Second half of the last event's identity. */
    public long low() {
        return identity.second();
    }

    /** Fingerprint of the last event's content as it was sent. */
    public long fingerprint() {
        return fingerprint;
    }
}

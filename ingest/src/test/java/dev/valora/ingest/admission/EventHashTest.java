package dev.valora.ingest.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.valora.ingest.RecordLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class EventHashTest {

    private static final byte[] SECRET = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

    private record Hashed(long high, long low, long fingerprint) {}

    @Test
    void shouldNotDependOnWhereTheRecordStands() {
        byte[] record = record(1, 2, 0, 7, "key", "customer");
        byte[] shifted = new byte[record.length + 11];
        System.arraycopy(record, 0, shifted, 5, record.length);

        assertEquals(hash(SECRET, record, 0), hash(SECRET, shifted, 5));
    }

    @Test
    void shouldIdentifyByOrganizationAndKeyOnly() {
        Hashed one = hash(record(1, 2, 0, 7, "key", "customer"));
        Hashed otherContent = hash(record(1, 2, 0, 8, "key", "customer"));
        assertEquals(one.high(), otherContent.high());
        assertEquals(one.low(), otherContent.low());
        assertNotEquals(one.fingerprint(), otherContent.fingerprint());

        for (byte[] other : new byte[][] {
            record(9, 2, 0, 7, "key", "customer"),
            record(1, 9, 0, 7, "key", "customer"),
            record(1, 2, 0, 7, "kez", "customer"),
            record(1, 2, 0, 7, "keyc", "ustomer"),
            record(1, 2, 0, 7, "key\0", "customer")
        }) {
            assertNotEquals(one.high(), hash(other).high());
            assertNotEquals(one.low(), hash(other).low());
            assertNotEquals(one.fingerprint(), hash(other).fingerprint());
        }
    }

    @Test
    void shouldLeaveOutADefaultedTime() {
        int defaulted = RecordLayout.FLAG_TIME_DEFAULTED;
        assertEquals(
                hash(record(1, 2, defaulted, 7, "key", "c")).fingerprint(),
                hash(record(1, 2, defaulted, 8, "key", "c")).fingerprint());
        assertNotEquals(
                hash(record(1, 2, defaulted, 0, "key", "c")).fingerprint(),
                hash(record(1, 2, 0, 0, "key", "c")).fingerprint());
    }

    @Test
    void shouldSeeEveryByteOfTheContent() {
        byte[] record = record(1, 2, 0, 7, "key", "customer");
        long fingerprint = hash(record).fingerprint();
        for (int i = RecordLayout.EVENT_FLAGS; i < record.length; i++) {
            if (i == RecordLayout.EVENT_KEY_LENGTH || i == RecordLayout.EVENT_KEY_LENGTH + 1) {
                continue; // would move the key out of the record
            }
            byte[] changed = record.clone();
            changed[i] ^= (byte) 0x80;
            assertNotEquals(fingerprint, hash(changed).fingerprint(), "byte " + i);
        }
    }

    @Test
    void shouldDependOnTheSecret() {
        byte[] record = record(1, 2, 0, 7, "key", "customer");
        byte[] otherSecret = SECRET.clone();
        otherSecret[15] ^= 1;
        Hashed one = hash(record);
        Hashed other = hash(otherSecret, record, 0);
        assertNotEquals(one.high(), other.high());
        assertNotEquals(one.low(), other.low());
        assertNotEquals(one.fingerprint(), other.fingerprint());
        assertThrows(IllegalArgumentException.class, () -> new EventHash(new byte[15]));
    }

    private static Hashed hash(byte[] record) {
        return hash(SECRET, record, 0);
    }

    private static Hashed hash(byte[] secret, byte[] bytes, int offset) {
        EventHash hash = new EventHash(secret);
        hash.hash(bytes, offset);
        return new Hashed(hash.high(), hash.low(), hash.fingerprint());
    }

    private static byte[] record(long high, long low, int flags, long micros, String key, String customer) {
        byte[] text = (key + customer + "calls").getBytes(UTF_8);
        byte[] record = new byte[RecordLayout.EVENT_FIXED_BYTES + text.length];
        RecordLayout.putInt(record, RecordLayout.RECORD_LENGTH, record.length);
        record[RecordLayout.RECORD_TYPE] = RecordLayout.TYPE_EVENT;
        record[RecordLayout.EVENT_FLAGS] = (byte) flags;
        RecordLayout.putU16(record, RecordLayout.EVENT_KEY_LENGTH, key.length());
        RecordLayout.putU16(record, RecordLayout.EVENT_CUSTOMER_LENGTH, customer.length());
        RecordLayout.putU16(record, RecordLayout.EVENT_TARGET_LENGTH, 5);
        RecordLayout.putLong(record, RecordLayout.EVENT_ORGANIZATION_HIGH, high);
        RecordLayout.putLong(record, RecordLayout.EVENT_ORGANIZATION_LOW, low);
        RecordLayout.putLong(record, RecordLayout.EVENT_TIME, micros);
        System.arraycopy(text, 0, record, RecordLayout.EVENT_FIXED_BYTES, text.length);
        return record;
    }
}

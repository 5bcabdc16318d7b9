package dev.valora.billing.invoice;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Ids of derived rows, made from their natural keys: a repeated run writes the same row, not a second one. Version 8 UUIDs
 * (RFC 9562): the first 32 bits are those of the id that they derive from, so that rows which are written together lie together
 * in an index, and the others are of a SHA-256. Of a subscription whose id is such a UUID itself, and says in 48 bits when it was
 * created, all of these bits come first.
 */
public final class DerivedId {

    private static final int VERSION = 8;
    private static final int VERSION_SHIFT = 12;
    private static final long VERSION_BITS = 0xF000L;
    private static final long RANDOM_ORIGIN = 0xFFFF_FFFF_0000_0000L;
    private static final long ORDERED_ORIGIN = 0xFFFF_FFFF_FFFF_0000L;

    private DerivedId() {}

    /** The id of one period of one subscription. */
    public static UUID cycle(UUID subscription, int number) {
        return of("cycle", subscription, origin(subscription), number);
    }

    /** The id of one revision of the invoice of a cycle. */
    public static UUID invoice(UUID subscription, int cycle, int revision) {
        return of("invoice", subscription, origin(subscription), cycle, revision);
    }

    /** The id of a line of an invoice. */
    public static UUID line(UUID invoice, int index) {
        return of("line", invoice, RANDOM_ORIGIN, index);
    }

    private static long origin(UUID subscription) {
        return subscription.version() == VERSION ? ORDERED_ORIGIN : RANDOM_ORIGIN;
    }

    /** The bits of an origin are those of the parent, the version's and all others are given. */
    private static UUID of(String kind, UUID parent, long origin, int... numbers) {
        byte[] name = kind.getBytes(UTF_8);
        ByteBuffer key = ByteBuffer.allocate(name.length + Long.BYTES * 2 + Integer.BYTES * numbers.length)
                .put(name)
                .putLong(parent.getMostSignificantBits())
                .putLong(parent.getLeastSignificantBits());
        for (int number : numbers) {
            key.putInt(number);
        }
        try {
            ByteBuffer digest =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(key.array()));
            long hashed = (digest.getLong() & ~origin & ~VERSION_BITS) | ((long) VERSION << VERSION_SHIFT);
            return new UUID(
                    (parent.getMostSignificantBits() & origin) | hashed,
                    (digest.getLong() & 0x3FFFFFFFFFFFFFFFL) | (1L << 63));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}

package dev.valora.aggregator.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SortedMap;
import java.util.UUID;

/** Stands for dimensions in the key of a window row. Part of the stored format: it must never change. */
final class DimensionsKey {

    private static final UUID NONE = new UUID(0, 0);

    private DimensionsKey() {}

    /** The nil UUID for no dimensions; else the first 16 bytes of SHA-256 over length-prefixed names and values, by name. */
    static UUID of(SortedMap<String, String> dimensions) {
        if (dimensions.isEmpty()) {
            return NONE;
        }
        MessageDigest digest = sha256();
        dimensions.forEach((name, value) -> {
            update(digest, name);
            update(digest, value);
        });
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new UUID(hash.getLong(), hash.getLong());
    }

    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }
}

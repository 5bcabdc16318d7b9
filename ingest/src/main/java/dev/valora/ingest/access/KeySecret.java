package dev.valora.ingest.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The secret of an API key: {@code vk_} and 256 random bits in base64url. It is shown once and kept as its SHA-256; so many
 * random bits need no salt and no slow hash.
 */
record KeySecret(String text) {

    private static final String MARK = "vk_";
    private static final int RANDOM_BYTES = 32;
    private static final int VISIBLE_LENGTH = MARK.length() + 8;
    private static final Pattern WELL_FORMED = Pattern.compile("vk_[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();

    static KeySecret random() {
        byte[] bits = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bits);
        return new KeySecret(MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
    }

    /** Whether a text could be a secret; tells most wrong ones without asking PostgreSQL. */
    static boolean isWellFormed(String text) {
        return WELL_FORMED.matcher(text).matches();
    }

    /** The part by which people tell keys apart. */
    String prefix() {
        return text.substring(0, VISIBLE_LENGTH);
    }

    byte[] sha256() {
        return sha256(text);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** Secrets stay out of logs. */
    @Override
    public String toString() {
        return prefix() + "…";
    }
}

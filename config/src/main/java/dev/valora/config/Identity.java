package dev.valora.config;

import dev.valora.config.settings.Setting.ClockMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a data directory is for ever, written when it is begun. The file {@code identity} holds one {@code key: value} a line
 * and is readable by its owner only.
 *
 * @param clock how time is told; a directory that was turned by hand can never go back to real time
 * @param clockStart where a manual clock begins when the journal is still empty
 * @param hashSecretHex 16 random bytes that key the hashes of idempotency keys, so that nobody can make collisions
 */
record Identity(ClockMode clock, Optional<Instant> clockStart, String hashSecretHex) {

    private static final String FILE = "identity";
    private static final String FORMAT = "1";
    private static final int SECRET_BYTES = 16;

    /** The 16 bytes. */
    byte[] hashSecret() {
        return HexFormat.of().parseHex(hashSecretHex);
    }

    /** Says everything but the secret. */
    @Override
    public String toString() {
        return "Identity[clock=" + clock + ", clockStart=" + clockStart + "]";
    }

    /** The identity of the directory; empty when it is a new one. */
    static Optional<Identity> read(Path directory) throws StartException {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Map<String, String> lines = new HashMap<>();
            Files.readString(file).lines().forEach(line -> {
                String[] parts = line.split(": ", 2);
                lines.put(parts[0], parts.length == 2 ? parts[1] : "");
            });
            if (!FORMAT.equals(lines.get("format"))) {
                throw new StartException(
                        ExitCode.DATA_DIRECTORY,
                        "The data directory " + directory + " has format " + lines.get("format")
                                + ", and this Valora knows format " + FORMAT + " only.");
            }
            byte[] secret = HexFormat.of().parseHex(lines.getOrDefault("hash_secret", ""));
            if (secret.length != SECRET_BYTES) {
                throw new IllegalArgumentException("hash_secret must be " + SECRET_BYTES + " bytes");
            }
            return Optional.of(new Identity(
                    ClockMode.valueOf(lines.getOrDefault("clock", "").toUpperCase(Locale.ROOT)),
                    Optional.ofNullable(lines.get("clock_start")).map(Instant::parse),
                    HexFormat.of().formatHex(secret)));
        } catch (IOException | IllegalArgumentException | DateTimeException damaged) {
            throw new StartException(
                    ExitCode.DATA_DIRECTORY,
                    "The file " + file + " cannot be read as an identity (" + damaged.getMessage()
                            + "); put it back from a backup.",
                    damaged);
        }
    }

    /** Makes an identity and writes it down; on disk when this returns. */
    static Identity create(Path directory, ClockMode clock, Optional<Instant> clockStart) throws IOException {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        Identity identity = new Identity(clock, clockStart, HexFormat.of().formatHex(secret));
        StringBuilder text = new StringBuilder()
                .append("format: ")
                .append(FORMAT)
                .append('\n')
                .append("clock: ")
                .append(clock.name().toLowerCase(Locale.ROOT))
                .append('\n');
        clockStart.ifPresent(start -> text.append("clock_start: ").append(start).append('\n'));
        text.append("hash_secret: ").append(identity.hashSecretHex()).append('\n');
        SecretFile.write(directory.resolve(FILE), text.toString());
        return identity;
    }
}

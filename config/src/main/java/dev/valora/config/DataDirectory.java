package dev.valora.config;

import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Setting.ClockMode;
import dev.valora.config.settings.Settings;
import dev.valora.ingest.journal.DataDirectoryException;
import dev.valora.ingest.journal.DataDirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The directory that holds everything a server keeps: {@code valora.lock}, {@code identity}, {@code operator-key},
 * {@code journal}, {@code keys} and {@code postgres}. Open means locked: no other process uses it. The thread that starts the server.
 */
final class DataDirectory {

    /** The journal's directory in it. */
    static final String JOURNAL = "journal";

    /** The directory of key files in it. */
    static final String KEYS = "keys";

    static final String POSTGRES = "postgres";

    private static final String OPERATOR_KEY_FILE = "operator-key";
    private static final int OPERATOR_KEY_BYTES = 32;
    /** Others may pass through to PostgreSQL's part, which may run as another user, but see no names. */
    private static final Set<PosixFilePermission> PASSABLE = PosixFilePermissions.fromString("rwx--x--x");

    private static final Set<PosixFilePermission> CLOSED = PosixFilePermissions.fromString("rwx------");

    private final Path path;
    private final DataDirectoryLock lock;

    private DataDirectory(Path path, DataDirectoryLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Creates the directory if it is not there, and locks it.
     *
     * @throws StartException when it cannot be written or another process has it
     */
    static DataDirectory open(Path named) throws StartException {
        Path path = named.toAbsolutePath().normalize();
        try {
            boolean isNew = !Files.exists(path);
            DataDirectoryLock lock = DataDirectoryLock.acquire(path);
            DataDirectory directory = new DataDirectory(path, lock);
            try {
                if (isNew) {
                    Files.setPosixFilePermissions(path, PASSABLE);
                }
                Files.createDirectories(directory.journal());
                Files.setPosixFilePermissions(directory.journal(), CLOSED);
                return directory;
            } catch (IOException unwritable) {
                lock.close();
                throw new StartException(
                        ExitCode.DATA_DIRECTORY,
                        "The data directory " + path + " cannot be written (" + unwritable + ").",
                        unwritable);
            }
        } catch (DataDirectoryException refused) {
            throw new StartException(ExitCode.DATA_DIRECTORY, String.valueOf(refused.getMessage()), refused);
        }
    }

    /** Lets other processes use it. */
    void close() {
        lock.close();
    }

    Path path() {
        return path;
    }

    Path journal() {
        return path.resolve(JOURNAL);
    }

    /** Derived from the journal; may be removed while the server is stopped. */
    Path keys() {
        return path.resolve(KEYS);
    }

    Path postgres() {
        return path.resolve(POSTGRES);
    }

    /**
     * What this directory is for ever; made up now when it is new.
     *
     * @param firstStart where a new manual clock begins when the settings do not say
     * @throws StartException when it was begun with another clock than the settings ask for
     */
    Identity identity(Settings settings, Instant firstStart) throws StartException {
        ClockMode wanted = settings.get(Setting.CLOCK);
        Optional<Identity> known = Identity.read(path);
        if (known.isEmpty()) {
            Optional<Instant> start = wanted == ClockMode.MANUAL
                    ? Optional.of(settings.get(Setting.CLOCK_START).orElse(firstStart))
                    : Optional.empty();
            try {
                return Identity.create(path, wanted, start);
            } catch (IOException unwritable) {
                throw unwritable(unwritable);
            }
        }
        Identity identity = known.get();
        if (identity.clock() != wanted) {
            throw new StartException(
                    ExitCode.DATA_DIRECTORY,
                    "The data directory " + path + " was begun with clock: " + word(identity.clock())
                            + " and keeps it for ever; start with that, or use another data_dir for clock: "
                            + word(wanted) + ".");
        }
        return identity;
    }

    /** The file with the operator's key, made up now when there is none. */
    Path operatorKeyFile() throws StartException {
        Path file = path.resolve(OPERATOR_KEY_FILE);
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[OPERATOR_KEY_BYTES];
                new SecureRandom().nextBytes(random);
                SecretFile.write(
                        file,
                        "operator_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
            }
            return file;
        } catch (IOException unwritable) {
            throw unwritable(unwritable);
        }
    }

    /** The key in that file. */
    static String readKey(Path file) throws StartException {
        try {
            String key = Files.readString(file).strip();
            if (key.isEmpty()) {
                throw new StartException(
                        ExitCode.DATA_DIRECTORY,
                        "The file " + file + " holds no key; put one there, or remove the file.");
            }
            return key;
        } catch (IOException unreadable) {
            throw new StartException(
                    ExitCode.DATA_DIRECTORY, "The file " + file + " cannot be read (" + unreadable + ").", unreadable);
        }
    }

    private StartException unwritable(IOException cause) {
        return new StartException(
                ExitCode.DATA_DIRECTORY, "The data directory " + path + " cannot be written (" + cause + ").", cause);
    }

    private static String word(ClockMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }
}

package dev.valora.config;

import dev.valora.config.postgres.Trees;
import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Settings;
import dev.valora.config.settings.SettingsException;
import dev.valora.config.settings.SettingsReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A whole server with a manual clock, in a new temporary directory that goes with it. One thread starts it; any may stop it,
 * also meanwhile.
 */
final class TemporaryServer {

    private static final int KEY_BYTES = 32;

    private final Path directory;
    private final String operatorKey;
    private final Server server;

    private TemporaryServer(Path directory, String operatorKey, Server server) {
        this.directory = directory;
        this.operatorKey = operatorKey;
        this.server = server;
    }

    /**
     * A server that is not started; its directory is there.
     *
     * @param clockStart where its clock begins
     * @param err for what an operator should see while it starts
     */
    static TemporaryServer create(Instant clockStart, PrintWriter err) throws StartException {
        try {
            Path directory = Files.createTempDirectory("valora-demo-");
            // Others may pass through to PostgreSQL's part, which may run as another user, but see no names.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
            byte[] random = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(random);
            String operatorKey = "operator_" + HexFormat.of().formatHex(random);
            return new TemporaryServer(
                    directory, operatorKey, new Server(settings(directory, operatorKey, clockStart), err));
        } catch (IOException unwritable) {
            throw new StartException(
                    ExitCode.DATA_DIRECTORY,
                    "No temporary directory can be made (" + unwritable + "); see java.io.tmpdir.",
                    unwritable);
        }
    }

    private static Settings settings(Path directory, String operatorKey, Instant clockStart) {
        Map<String, String> chosen = Map.of(
                Setting.DATA_DIR.variable(), directory.toString(),
                Setting.HTTP_HOST.variable(), "127.0.0.1",
                Setting.HTTP_PORT.variable(), "0",
                Setting.MANAGEMENT_HOST.variable(), "127.0.0.1",
                Setting.MANAGEMENT_PORT.variable(), "0",
                Setting.OPERATOR_KEY.variable(), operatorKey,
                Setting.CLOCK.variable(), "manual",
                Setting.CLOCK_START.variable(), clockStart.toString());
        try {
            return SettingsReader.read(Optional.empty(), chosen, directory);
        } catch (SettingsException refused) {
            throw new IllegalStateException("the settings of a temporary server", refused);
        }
    }

    void start() throws StartException, InterruptedException {
        server.start();
    }

    /** Once it is started. */
    URI address() {
        return URI.create(server.addresses().http());
    }

    String operatorKey() {
        return operatorKey;
    }

    /** Waits until a part fails in a way that ends the server. */
    StartException awaitFailure() throws InterruptedException {
        return server.awaitFailure();
    }

    /** Returns when nothing of it runs any more, whoever stopped it. */
    synchronized void stop() {
        server.stop();
    }

    /** Removes its directory; it must have been stopped. */
    void remove() throws IOException {
        Trees.delete(directory);
    }

    Path directory() {
        return directory;
    }
}

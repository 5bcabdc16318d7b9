package dev.valora.config.postgres;

import dev.valora.config.ExitCode;
import dev.valora.config.SecretFile;
import dev.valora.config.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One directory with everything that is needed to run PostgreSQL in it.
 *
 * @param home holds {@code data}, {@code log} and the rest; a real path
 * @param password of both the superuser and the owner of the database
 */
record Installation(Path home, Path binaries, ChildUser user, String password) {

    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);
    private static final String SUPERUSER = "postgres";
    private static final int POLL_MILLIS = 15;
    private static final int RECOVERY_NOTICE_SECONDS = 5;
    private static final int START_SECONDS = 900;

    /** Given on the command line, where neither postgresql.conf nor ALTER SYSTEM can undo them. */
    private static final List<String> CONFIGURATION = List.of(
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "listen_addresses=" + EmbeddedPostgres.LOOPBACK,
            "unix_socket_directories=",
            "max_connections=" + DatabaseChecks.EMBEDDED_CONNECTIONS,
            "shared_buffers=128MB",
            "max_wal_size=1GB",
            "jit=off",
            "timezone=UTC",
            "log_timezone=UTC",
            "lc_messages=C",
            "logging_collector=on",
            "log_directory=../log",
            "log_filename=postgresql-%a.log",
            "log_truncate_on_rotation=on",
            "log_rotation_age=1d",
            "log_rotation_size=0",
            "log_min_messages=warning",
            // Statements carry customers' data, and the log is not the place for it.
            "log_min_error_statement=panic");

    Path data() {
        return home.resolve("data");
    }

    /** Nothing runs in the data directory after this, and it is complete and belongs to the right user. */
    void prepare() throws IOException, InterruptedException, StartException {
        Path unfinished = home.resolve("data.new");
        if (Files.exists(unfinished)) {
            Leftovers.stop(unfinished);
            Trees.delete(unfinished);
        }
        Trees.giveTo(user.fileOwner(), home.resolve("log"));
        if (Files.exists(data())) {
            Leftovers.stop(data());
            Trees.giveTo(user.fileOwner(), data());
            return;
        }
        LOG.info("Creating the embedded PostgreSQL in {}", home);
        Files.createDirectory(unfinished);
        Trees.giveTo(user.fileOwner(), unfinished);
        initialize(unfinished);
        createDatabase(unfinished);
        Files.move(unfinished, data());
        Trees.force(home);
    }

    private void initialize(Path unfinished) throws IOException, InterruptedException, StartException {
        Path passwordFile = home.resolve("password.initdb");
        try {
            SecretFile.write(passwordFile, password + "\n");
            Trees.giveTo(user.fileOwner(), passwordFile);
            finish(
                    start(
                            "initdb",
                            List.of(
                                    "--pgdata=" + unfinished,
                                    "--username=" + SUPERUSER,
                                    "--pwfile=" + passwordFile,
                                    "--auth=scram-sha-256",
                                    "--encoding=UTF8",
                                    "--locale=C",
                                    "--no-instructions")),
                    "initdb");
        } finally {
            Files.deleteIfExists(passwordFile);
        }
    }

    /** In single-user mode, so that nobody can log in before the database is as it should be. */
    private void createDatabase(Path unfinished) throws IOException, InterruptedException, StartException {
        Process single = start("postgres", List.of("--single", "-D", unfinished.toString(), SUPERUSER));
        try (var input = single.outputWriter(StandardCharsets.UTF_8)) {
            input.write("CREATE ROLE " + EmbeddedPostgres.OWNER + " LOGIN CREATEROLE PASSWORD '" + password + "'\n");
            input.write("CREATE DATABASE " + EmbeddedPostgres.DATABASE + " OWNER " + EmbeddedPostgres.OWNER + "\n");
        }
        finish(single, "postgres --single");
    }

    /** Starts it on this port and returns when it takes connections. */
    Process run(int port) throws IOException, InterruptedException, StartException {
        List<String> arguments = new ArrayList<>(List.of("-D", data().toString(), "-p", Integer.toString(port)));
        CONFIGURATION.forEach(line -> arguments.addAll(List.of("-c", line)));
        Process process = start("postgres", arguments);
        process.getOutputStream().close();
        try {
            awaitReady(process);
            return process;
        } catch (InterruptedException | IOException | StartException cutShort) {
            process.destroyForcibly();
            throw cutShort;
        }
    }

    private void awaitReady(Process process) throws IOException, InterruptedException, StartException {
        Path pidFile = data().resolve("postmaster.pid");
        for (long waited = 0; waited < START_SECONDS * 1000L; waited += POLL_MILLIS) {
            if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new StartException(
                        ExitCode.DATABASE, "The embedded PostgreSQL does not start: " + lastWords() + ".");
            }
            if (Files.exists(pidFile)) {
                List<String> lines = Files.readString(pidFile).lines().toList();
                if (lines.size() >= 8 && lines.get(7).strip().equals("ready")) {
                    return;
                }
            }
            if (waited % (RECOVERY_NOTICE_SECONDS * 1000L) < POLL_MILLIS && waited > POLL_MILLIS) {
                LOG.info("PostgreSQL is recovering, {} seconds so far", waited / 1000);
            }
        }
        throw new StartException(
                ExitCode.DATABASE, "The embedded PostgreSQL was not ready after " + START_SECONDS + " seconds.");
    }

    private Process start(String program, List<String> arguments) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(user.command(binaries.resolve("bin").resolve(program), arguments));
        builder.directory(home.toFile());
        builder.redirectErrorStream(true);
        builder.redirectOutput(home.resolve("log").resolve("start.log").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("VALORA_"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        return builder.start();
    }

    private void finish(Process process, String name) throws InterruptedException, IOException, StartException {
        if (process.waitFor() != 0) {
            throw new StartException(
                    ExitCode.DATABASE,
                    "The embedded PostgreSQL cannot be created, " + name + " says: " + lastWords() + ".");
        }
    }

    /** The last line that says what was wrong. */
    private String lastWords() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : logs()) {
            Files.readString(file, StandardCharsets.ISO_8859_1).lines().forEach(lines::add);
        }
        return lines.reversed().stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).matches(".*(fatal|panic|error|denied|could not).*"))
                .findFirst()
                .map(line -> line.replaceFirst(".*?(FATAL|PANIC|ERROR): *", ""))
                .orElse("nothing; see " + home.resolve("log"));
    }

    /** The collector's newest log, then what was said before the collector ran. */
    private List<Path> logs() throws IOException {
        Path log = home.resolve("log");
        List<Path> files = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(log, "postgresql-*.log")) {
            Path newest = null;
            for (Path entry : entries) {
                if (newest == null
                        || Files.getLastModifiedTime(entry).compareTo(Files.getLastModifiedTime(newest)) > 0) {
                    newest = entry;
                }
            }
            if (newest != null) {
                files.add(newest);
            }
        }
        files.add(log.resolve("start.log"));
        return files;
    }
}

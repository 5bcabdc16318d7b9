package dev.valora.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.config.settings.DatabaseUrl;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The life of one data directory, told by processes: everything is real, and the tests build on one another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ServerProcessTest {

    private static final String NOON = "2026-03-01T12:00:00Z";

    @TempDir
    private static Path directory;

    private final Map<String, String> manual =
            Map.of("VALORA_CLOCK", "manual", "VALORA_CLOCK_START", NOON, "VALORA_DATA_DIR", "data here");
    private final List<ServerProcess> started = new ArrayList<>();
    private String key = "";

    @AfterAll
    void endWhatWasStarted() throws Exception {
        for (ServerProcess server : started) {
            server.terminate();
            server.exitCode();
        }
    }

    @Test
    @Order(1)
    void shouldBringAnEventFromHttpToItsWindowAndStopInOrder() throws Exception {
        ServerProcess server = serve(manual);
        key = server.organization("Ann", "USD", "UTC");
        server.json(
                201,
                "POST",
                "/v1/meters",
                key,
                "{\"code\":\"bytes\",\"aggregation\":\"sum\",\"event_type\":\"transfer\"}");
        JsonNode answer = server.json(200, "POST", "/v1/usage", key, event("a", "1.25"));
        assertEquals(1, answer.get("accepted").intValue());
        assertEquals(
                1,
                server.json(200, "POST", "/v1/usage", key, event("a", "1.250"))
                        .get("duplicates")
                        .intValue());
        JsonNode turned = server.turn("2026-03-01T14:00:00Z");
        assertEquals("2026-03-01T14:00:00Z", turned.get("now").textValue());
        assertEquals("2026-03-01T14:00:00Z", turned.get("applied_through").textValue());
        assertEquals(0, turned.get("set_aside").size());
        assertEquals("1.25", total(server));
        assertEquals(200, server.probe("/health/ready").statusCode());
        String metrics = server.probe("/metrics").body();
        assertTrue(metrics.contains("valora_ingest_accepted_total 1.0"), metrics);
        assertTrue(metrics.contains("valora_ingest_duplicates_total 1.0"), metrics);
        assertTrue(metrics.contains("jvm_memory_used_bytes"), metrics);
        server.terminate();
        assertEquals(0, server.exitCode(), server.errors());
        assertEquals("", server.output());
        assertFalse(server.errors().contains("Exception"), server.errors());
    }

    @Test
    @Order(2)
    void shouldGoOnWhereItStoppedAlsoAfterAKill() throws Exception {
        ServerProcess server = serve(manual);
        assertEquals("2026-03-01T14:00:00Z", clock(server).get("now").textValue());
        assertEquals("1.25", total(server));
        server.json(200, "POST", "/v1/usage", key, event("b", "2"));
        server.kill();
        ServerProcess again = serve(manual);
        assertEquals(
                1,
                again.json(200, "POST", "/v1/usage", key, event("b", "2.0"))
                        .get("duplicates")
                        .intValue());
        again.turn("2026-03-01T14:00:01Z");
        assertEquals("3.25", total(again));
        HttpResponse<String> backwards =
                again.call("PUT", "/v1/clock", ServerProcess.OPERATOR_KEY, "{\"now\":\"2026-03-01T13:00:00Z\"}");
        assertEquals(409, backwards.statusCode());
        assertTrue(backwards.body().contains("clock_backwards"), backwards.body());
    }

    @Test
    @Order(3)
    void shouldRefuseASecondProcess() throws Exception {
        ServerProcess second = run(manual);
        assertRefused(second, ExitCode.DATA_DIRECTORY, "is in use by process");

        Path postgres = directory.resolve("data here").resolve("postgres");
        String port = Files.readAllLines(postgres.resolve("data").resolve("postmaster.pid"))
                .get(3);
        String password = Files.readString(postgres.resolve("password")).strip();
        DatabaseUrl url = new DatabaseUrl("127.0.0.1", Integer.parseInt(port), "valora", "valora", password);
        ServerProcess other = run(Map.of("VALORA_DATA_DIR", "other", "VALORA_DATABASE_URL", url.toUri()));
        assertRefused(other, ExitCode.DATABASE, "is in use by another Valora server");
    }

    @Test
    @Order(4)
    void shouldKeepTheClockOfTheDataDirectory() throws Exception {
        ServerProcess running = started.getLast();
        running.terminate();
        assertEquals(0, running.exitCode(), running.errors());
        assertRefused(
                run(Map.of("VALORA_DATA_DIR", "data here")), ExitCode.DATA_DIRECTORY, "was begun with clock: manual");
    }

    @Test
    @Order(5)
    void shouldSayInOneSentenceWhatKeepsItFromStarting() throws Exception {
        Files.writeString(directory.resolve("a file"), "");
        assertRefused(run(Map.of("VALORA_DATA_DIR", "a file")), ExitCode.DATA_DIRECTORY, "a file");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            assertRefused(run(Map.of("VALORA_DATA_DIR", "other", "VALORA_MANAGEMENT_PORT", port)), ExitCode.PORT, port);
            Map<String, String> both = new java.util.HashMap<>(manual);
            both.put("VALORA_HTTP_PORT", port);
            assertRefused(run(both), ExitCode.PORT, port);
        }
        ServerProcess wrong = ServerProcess.run(
                directory, Map.of("VALORA_HTTP_PORT", "x", "VALORA_CLOCK", "y", "VALORA_DATA_DIRS", "z"), "serve");
        assertEquals(ExitCode.SETTINGS.number(), wrong.exitCode());
        assertEquals(3, wrong.errors().lines().count(), wrong.errors());
    }

    @Test
    @Order(6)
    void shouldAnswerOnTheCommandLine() throws Exception {
        ServerProcess help = ServerProcess.run(directory, Map.of(), "--help");
        assertEquals(0, help.exitCode());
        assertTrue(help.output().contains("settings"));
        ServerProcess settings = ServerProcess.run(directory, Map.of("VALORA_CLOCK", "manual"), "settings");
        assertEquals(0, settings.exitCode());
        String shown = settings.output();
        assertTrue(shown.contains("environment VALORA_CLOCK") && !shown.contains(ServerProcess.OPERATOR_KEY), shown);
        ServerProcess unknown = ServerProcess.run(directory, Map.of(), "srve");
        assertEquals(2, unknown.exitCode());
    }

    @Test
    @Order(7)
    void shouldKeepSecretsToTheOwner() throws Exception {
        Path data = directory.resolve("data here");
        for (String name : List.of("identity", "postgres/password")) {
            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(data.resolve(name)),
                    name);
        }
        assertEquals(
                PosixFilePermissions.fromString("rwx------"), Files.getPosixFilePermissions(data.resolve("journal")));
    }

    @Test
    @Order(8)
    void shouldReadButAcceptNothingOnAFullDisk() throws Exception {
        Map<String, String> full = new java.util.HashMap<>(manual);
        full.putAll(Map.of("VALORA_DISK_LOW_MIB", "1000000", "VALORA_DISK_FULL_MIB", "999999"));
        ServerProcess server = serve(full);
        JsonNode refusal = server.json(507, "POST", "/v1/usage", key, event("c", "4"));
        assertEquals("disk_full", refusal.get("code").textValue());
        server.json(507, "POST", "/v1/meters", key, "{\"code\":\"more\",\"aggregation\":\"count\"}");
        assertEquals("3.25", total(server));
        assertEquals(200, server.probe("/health/ready").statusCode());
        assertEquals(
                409,
                server.call("POST", "/v1/clock/confirm", ServerProcess.OPERATOR_KEY, null)
                        .statusCode());
        assertEquals(0, journal("verify").exitCode(), "also while a server runs");
        server.terminate();
        assertEquals(0, server.exitCode(), server.errors());
    }

    @Test
    @Order(9)
    void shouldShowAndVerifyTheJournal() throws Exception {
        ServerProcess inspect = journal("inspect");
        assertEquals(0, inspect.exitCode(), inspect.errors());
        String table = inspect.output();
        assertTrue(table.contains("stopped cleanly") && table.contains("2026-03-01T14:00:00Z"), table);
        ServerProcess verify = journal("verify");
        assertEquals(0, verify.exitCode(), verify.errors());
        String verdict = verify.output();
        assertTrue(verdict.contains("intact entries in"), verdict);
        assertTrue(
                verdict.matches("(?s).*\\b([1-9]\\d*) of \\1 finished files have the key file of their events.*"),
                verdict);
        assertEquals(2, ServerProcess.run(directory, Map.of(), "journal").exitCode());
        ServerProcess nowhere = ServerProcess.run(directory, Map.of("VALORA_DATA_DIR", "nowhere"), "journal", "verify");
        assertEquals(ExitCode.DATA_DIRECTORY.number(), nowhere.exitCode());
        assertFalse(Files.exists(directory.resolve("nowhere")));
    }

    @Test
    @Order(10)
    void shouldTellAllWhoWaitAndEndWhenTheJournalBreaks() throws Exception {
        ServerProcess server = serve(manual);
        Path newest = newestJournalFile();
        try (FileChannel file = FileChannel.open(newest, StandardOpenOption.WRITE)) {
            file.truncate(0);
        }
        JsonNode refusal = server.json(503, "POST", "/v1/usage", key, event("d", "8"));
        assertEquals("journal_failed", refusal.get("code").textValue());
        assertEquals(ExitCode.JOURNAL_FAILED.number(), server.exitCode(), server.errors());
        ServerProcess verify = journal("verify");
        assertEquals(ExitCode.JOURNAL_CORRUPT.number(), verify.exitCode(), verify.errors());
        assertTrue(verify.errors().contains(newest.toString()), verify.errors());
        assertRefused(run(manual), ExitCode.JOURNAL_CORRUPT, newest.toString());
    }

    private static ServerProcess journal(String what) throws Exception {
        return ServerProcess.run(directory, Map.of("VALORA_DATA_DIR", "data here"), "journal", what);
    }

    private static Path newestJournalFile() throws Exception {
        try (Stream<Path> files = Files.walk(directory.resolve("data here").resolve("journal"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .reduce((older, newer) -> newer)
                    .orElseThrow();
        }
    }

    private ServerProcess serve(Map<String, String> environment) throws Exception {
        ServerProcess server = ServerProcess.serve(directory, environment);
        started.add(server);
        return server;
    }

    private static ServerProcess run(Map<String, String> environment) throws Exception {
        return ServerProcess.run(directory, environment, "serve");
    }

    private static void assertRefused(ServerProcess process, ExitCode exitCode, String words) throws Exception {
        int ended = process.exitCode();
        String errors = process.errors();
        assertEquals(exitCode.number(), ended, errors);
        assertTrue(errors.contains(words), errors);
        assertEquals(1, errors.lines().filter(line -> !line.contains(" INFO ")).count(), errors);
        assertEquals("", process.output());
    }

    private static String event(String idempotencyKey, String value) {
        return "{\"idempotency_key\":\"" + idempotencyKey + "\",\"customer\":\"ann\",\"type\":\"transfer\",\"value\":\""
                + value + "\",\"timestamp\":\"2026-03-01T11:10:00Z\"}";
    }

    private JsonNode clock(ServerProcess server) throws Exception {
        return server.json(200, "GET", "/v1/clock", ServerProcess.OPERATOR_KEY, null);
    }

    private String total(ServerProcess server) throws Exception {
        String path =
                "/v1/usage?customer=ann&meter=bytes&window=total&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z";
        JsonNode[] answer = new JsonNode[1];
        Awaitility.await().until(() -> {
            answer[0] = server.json(200, "GET", path, key, null);
            return !answer[0].get("data").isEmpty();
        });
        return answer[0].get("data").get(0).get("value").textValue();
    }
}

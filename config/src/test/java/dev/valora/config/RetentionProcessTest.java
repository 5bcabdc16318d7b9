package dev.valora.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Half a year of a real server whose journal is kept for 20 days: each month a start, usage, an invoice; files go as months
 * pass, and what was read and billed stays as it was.
 */
final class RetentionProcessTest {

    private static final LocalDate BEGUN = LocalDate.parse("2026-01-01");

    @TempDir
    private Path directory;

    private final List<ServerProcess> started = new ArrayList<>();
    private String key = "";

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("VALORA_DATA_DIR", "data");
        settings.put("VALORA_CLOCK", "manual");
        settings.put("VALORA_CLOCK_START", "2026-01-01T00:00:00Z");
        settings.put("VALORA_MAX_EVENT_AGE_DAYS", "10");
        settings.put("VALORA_RESTORE_HORIZON_DAYS", "5");
        settings.put("VALORA_JOURNAL_RETENTION_DAYS", "20");
        return settings;
    }

    private Path data(String name) {
        return directory.resolve("data").resolve(name);
    }

    private ServerProcess serve() throws IOException {
        ServerProcess server = ServerProcess.serve(directory, settings());
        started.add(server);
        return server;
    }

    @AfterEach
    void endWhatWasStarted() throws Exception {
        for (ServerProcess server : started) {
            server.terminate();
            server.exitCode();
        }
    }

    @Test
    void shouldForgetFilesAndNothingElse() throws Exception {
        ServerProcess server = serve();
        sellSomething(server);
        for (int month = 0; month < 6; month++) {
            if (month > 0) {
                server = serve();
            }
            send(server, month);
            if (month > 0) {
                ServerProcess running = server;
                Awaitility.await().until(() -> held(running).contains("valora_retention_held{by=\"retention\"} 1.0"));
            }
            turn(server, BEGUN.plusMonths(month + 1), "02:00:00Z");
            assertUsageAndInvoices(server, month);
            // Another hour, so that billing is asked again.
            turn(server, BEGUN.plusMonths(month + 1), "04:00:00Z");
            if (month >= 1) {
                awaitFirstFile(server, month + 1);
                assertGone(server, month - 1);
            }
            assertKnown(server, month);
            if (month == 5) {
                break;
            }
            if (month % 2 == 0) {
                server.terminate();
                assertEquals(0, server.exitCode(), server.errors());
            } else {
                server.kill();
            }
            if (month == 0) {
                copy(data("postgres"), directory.resolve("postgres-of-january"));
            }
        }
        assertMetrics(server);
        server.terminate();
        assertEquals(0, server.exitCode(), server.errors());
        assertTrue(server.errors().contains("The journal file "), server.errors());
        assertInspection();
        assertOlderDatabaseIsRefused();
    }

    private void sellSomething(ServerProcess server) throws Exception {
        key = server.organization("Ann", "USD", "UTC");
        server.post("/v1/meters", key, "{'code':'calls','aggregation':'sum'}");
        server.post("/v1/meters", key, "{'code':'peak','aggregation':'max'}");
        server.post("/v1/meters", key, "{'code':'former','aggregation':'sum'}");
        server.json(200, "POST", "/v1/meters/former/archive", key, "{}");
        server.post("/v1/products", key, "{'code':'api','name':'API'}");
        server.post(
                "/v1/prices",
                key,
                "{'code':'calls','product':'api','type':'usage','meter':'calls','interval':'month','version':{'model':'per_unit','unit_amount':'0.5'}}");
        server.post("/v1/customers", key, "{'key':'ann','name':'Ann'}");
        server.post(
                "/v1/subscriptions",
                key,
                "{'customer':'ann','items':[{'price':'calls'}],'start_date':'" + BEGUN + "'}");
    }

    /** The first of a month, at noon. */
    private static Instant noon(int month) {
        return BEGUN.plusMonths(month).atTime(12, 0).toInstant(ZoneOffset.UTC);
    }

    private static String event(String name, String meter, int month, int value) {
        return "{\"idempotency_key\":\"" + name + month + "\",\"customer\":\"ann\",\"meter\":\"" + meter
                + "\",\"value\":" + value + ",\"timestamp\":\"" + noon(month) + "\"}";
    }

    /** Three events of which one is voided; each counts once, however often it is sent. */
    private void send(ServerProcess server, int month) throws Exception {
        turn(server, BEGUN.plusMonths(month), "13:00:00Z");
        String events = "[" + event("a", "calls", month, 10 + month) + "," + event("b", "calls", month, 100) + ","
                + event("p", "peak", month, 7 + month) + "," + event("q", "peak", month, 50) + "]";
        for (int i = 0; i < 2; i++) {
            JsonNode answer = server.json(200, "POST", "/v1/usage", key, events);
            assertEquals(i == 0 ? 4 : 0, answer.get("accepted").intValue());
        }
        for (String name : List.of("b", "q")) {
            assertEquals(200, voided(server, name + month).statusCode());
        }
    }

    private HttpResponse<String> voided(ServerProcess server, String name) throws Exception {
        return server.call(
                "POST", "/v1/usage/voids", key, "{\"idempotency_key\":\"" + name + "\",\"reason\":\"wrong\"}");
    }

    private static void turn(ServerProcess server, LocalDate day, String time) throws Exception {
        JsonNode turned = server.turn(day + "T" + time);
        assertEquals(0, turned.get("set_aside").size(), turned.toString());
    }

    private void assertUsageAndInvoices(ServerProcess server, int lastMonth) throws Exception {
        JsonNode invoices =
                server.json(200, "GET", "/v1/invoices?customer=ann", key, null).get("data");
        assertEquals(lastMonth + 1, invoices.size());
        for (int month = 0; month <= lastMonth; month++) {
            String range = "&from=" + BEGUN.plusMonths(month) + "T00:00:00Z&to=" + BEGUN.plusMonths(month + 1)
                    + "T00:00:00Z&window=total";
            assertEquals(10 + month, total(server, "calls", range), "calls of month " + month);
            assertEquals(7 + month, total(server, "peak", range), "peak of month " + month);
            JsonNode invoice = invoices.get(month);
            assertEquals(
                    new BigDecimal("0.50")
                            .multiply(BigDecimal.valueOf(10 + month))
                            .toString(),
                    invoice.get("total").textValue(),
                    "invoice of month " + month);
            assertEquals(
                    "true",
                    server.json(200, "POST", "/v1/invoices/" + invoice.get("id").textValue() + "/verify", key, "{}")
                            .get("matches")
                            .toString());
        }
    }

    private int total(ServerProcess server, String meter, String range) throws Exception {
        return Integer.parseInt(server.json(200, "GET", "/v1/usage?customer=ann&meter=" + meter + range, key, null)
                .get("data")
                .get(0)
                .get("value")
                .textValue());
    }

    /** The file of a month is needed until its cycle is closed and it is 20 days old: when the next month ends. */
    private void awaitFirstFile(ServerProcess server, int number) {
        String wanted = String.format(Locale.ROOT, "%010d", number);
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertTrue(
                        files("journal").getFirst().compareTo(wanted) >= 0,
                        files("journal") + "\n" + held(server) + "\n" + server.errors()));
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> files("keys").stream().noneMatch(file -> file.compareTo(wanted) < 0));
    }

    private List<String> files(String name) {
        try (Stream<Path> paths = Files.list(data(name))) {
            return paths.map(path -> String.valueOf(path.getFileName()))
                    .filter(file -> file.matches("\\d{10}.*"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String held(ServerProcess server) throws Exception {
        return String.join("\n", metrics(server, "valora_retention_held"));
    }

    private static List<String> metrics(ServerProcess server, String name) throws Exception {
        return server.probe("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .toList();
    }

    private void assertGone(ServerProcess server, int month) throws Exception {
        HttpResponse<String> again = server.call("POST", "/v1/usage", key, event("a", "calls", month, 10 + month));
        assertEquals(422, again.statusCode());
        assertTrue(again.body().contains("timestamp_too_old"), again.body());
        assertEquals(
                404, server.call("GET", "/v1/usage/events/a" + month, key, null).statusCode());
        HttpResponse<String> gone = voided(server, "a" + month);
        assertEquals(410, gone.statusCode(), gone.body());
        assertTrue(gone.body().contains("event_gone") && gone.body().contains("adjustment"), gone.body());
    }

    /** Meters that were defined in January, and the events of the last month. */
    private void assertKnown(ServerProcess server, int month) throws Exception {
        HttpResponse<String> again = server.call("POST", "/v1/usage", key, event("a", "calls", month, 10 + month));
        assertEquals("{\"accepted\":0,\"duplicates\":1}", again.body());
        assertEquals(
                "voided",
                server.json(200, "GET", "/v1/usage/events/b" + month, key, null)
                        .get("fate")
                        .textValue());
        HttpResponse<String> archived = server.call("POST", "/v1/usage", key, event("f", "former", month, 1));
        assertTrue(archived.body().contains("archived_meter"), archived.body());
        assertEquals(
                409,
                server.call("POST", "/v1/meters", key, "{\"code\":\"calls\",\"aggregation\":\"sum\"}")
                        .statusCode());
    }

    private static void assertMetrics(ServerProcess server) throws Exception {
        for (String name : List.of(
                "valora_retention_removed_files_total",
                "valora_retention_removed_bytes_total",
                "valora_journal_first_sequence",
                "valora_journal_removed_through_seconds")) {
            List<String> lines = metrics(server, name);
            assertEquals(1, lines.size(), name);
            assertTrue(new BigDecimal(lines.getFirst().split(" ", -1)[1]).signum() > 0, lines.toString());
        }
    }

    private void assertInspection() throws Exception {
        ServerProcess inspect = ServerProcess.run(directory, Map.of("VALORA_DATA_DIR", "data"), "journal", "inspect");
        assertEquals(0, inspect.exitCode(), inspect.errors());
        String table = inspect.output();
        assertTrue(
                table.contains("begins at entry ") && table.contains("was removed, 4 records of it are kept"), table);
        ServerProcess verify = ServerProcess.run(directory, Map.of("VALORA_DATA_DIR", "data"), "journal", "verify");
        assertEquals(0, verify.exitCode(), verify.errors());
        assertTrue(verify.output().contains("begins at entry "));
    }

    private void assertOlderDatabaseIsRefused() throws Exception {
        delete(data("postgres"));
        copy(directory.resolve("postgres-of-january"), data("postgres"));
        ServerProcess refused = ServerProcess.run(directory, settings(), "serve");
        assertEquals(ExitCode.DATABASE.number(), refused.exitCode(), refused.errors());
        assertTrue(
                refused.errors().contains("because older files were removed: restore a newer backup of the database."),
                refused.errors());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

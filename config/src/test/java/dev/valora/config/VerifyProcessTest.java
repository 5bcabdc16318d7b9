package dev.valora.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.config.postgres.EmbeddedPostgres;
import dev.valora.config.settings.DatabaseUrl;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code valora verify --invoices} beside a server and without one, on invoices that are right and on one that is not. */
final class VerifyProcessTest {

    private static final Map<String, String> MANUAL =
            Map.of("VALORA_CLOCK", "manual", "VALORA_CLOCK_START", "2026-01-01T00:00:00Z", "VALORA_DATA_DIR", "data");

    @TempDir
    private static Path directory;

    @Test
    void shouldComputeEveryInvoiceAgainWhetherOrNotAServerRuns() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, MANUAL)) {
            billTwoMonths(server);
            assertEquals("3 invoices of 1 organizations computed again: all as they were finalized\n", verify(0));
            forgeATotal();
            assertTrue(verify(18).contains("INV-000002 of organization "), "the forged one is named");
            server.terminate();
            assertEquals(0, server.exitCode(), server.errors());
        }
        String alone = verify(18);
        assertTrue(alone.contains("differs at /total\n"), alone);
        assertTrue(alone.endsWith("3 invoices of 1 organizations computed again: 1 differ\n"), alone);
    }

    private static void billTwoMonths(ServerProcess server) throws Exception {
        String key = server.organization("Ann", "USD", "UTC");
        server.post("/v1/products", key, "{'code':'api','name':'API'}");
        server.post(
                "/v1/prices",
                key,
                "{'code':'base','product':'api','type':'recurring','interval':'month',"
                        + "'version':{'model':'flat','amount':'49'}}");
        server.post("/v1/customers", key, "{'key':'c','name':'C'}");
        server.post("/v1/subscriptions", key, "{'customer':'c','items':[{'price':'base'}]}");
        server.turn("2026-03-02T00:00:00Z");
    }

    /** As somebody who owns the tables could. */
    private static void forgeATotal() throws Exception {
        DatabaseUrl url =
                EmbeddedPostgres.running(directory.resolve("data/postgres")).orElseThrow();
        String jdbc = "jdbc:postgresql://127.0.0.1:" + url.port() + "/" + url.database();
        try (Connection owner = DriverManager.getConnection(jdbc, url.user(), url.password());
                Statement statement = owner.createStatement()) {
            statement.execute("ALTER TABLE billing.invoices NO FORCE ROW LEVEL SECURITY");
            assertEquals(1, statement.executeUpdate("UPDATE billing.invoices SET total = 1 WHERE sequence = 2"));
            statement.execute("ALTER TABLE billing.invoices FORCE ROW LEVEL SECURITY");
        }
    }

    private static String verify(int exitCode) throws Exception {
        try (ServerProcess command = ServerProcess.run(directory, MANUAL, "verify", "--invoices")) {
            String output = command.output();
            assertEquals(exitCode, command.exitCode(), command.errors());
            return output;
        }
    }
}

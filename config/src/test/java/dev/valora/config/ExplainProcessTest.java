package dev.valora.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real server: from each line of an invoice, by the links alone, to the events that it bills, and no others. */
final class ExplainProcessTest {

    @TempDir
    private Path directory;

    private @Nullable ServerProcess started;
    private String key = "";

    @AfterEach
    void endWhatWasStarted() throws Exception {
        ServerProcess server = started;
        if (server != null) {
            server.terminate();
            server.exitCode();
        }
    }

    @Test
    void shouldLeadFromEveryUsageLineToTheEventsThatItBills() throws Exception {
        ServerProcess server = ServerProcess.serve(
                directory,
                Map.of(
                        "VALORA_DATA_DIR",
                        "data",
                        "VALORA_CLOCK",
                        "manual",
                        "VALORA_CLOCK_START",
                        "2026-01-01T00:00:00Z"));
        started = server;
        sell(server);
        List<String> counted = send(server);
        turn(server, "2026-02-02T00:00:00Z");
        JsonNode invoice =
                server.json(200, "GET", "/v1/invoices?customer=ann", key, null).at("/data/0");
        Set<String> found = new HashSet<>();
        int usageLines = 0;
        for (JsonNode line : invoice.get("lines")) {
            if (line.get("kind").textValue().equals("usage")) {
                usageLines++;
                follow(server, invoice, line, found);
            }
        }
        assertEquals(2, usageLines);
        assertEquals(new HashSet<>(counted), found);
    }

    private void follow(ServerProcess server, JsonNode invoice, JsonNode line, Set<String> found) throws Exception {
        String path = "/v1/invoices/" + invoice.get("id").textValue() + "/lines/"
                + line.get("id").textValue() + "/explain?limit=500";
        JsonNode explained = server.json(200, "GET", path, key, null);
        assertEquals("true", explained.get("matches").toString());
        BigDecimal ofWindows = BigDecimal.ZERO;
        for (JsonNode row : explained.at("/windows/data")) {
            ofWindows = ofWindows.add(new BigDecimal(row.get("value").textValue()));
        }
        BigDecimal ofEvents = BigDecimal.ZERO;
        for (JsonNode measured : explained.get("measurements")) {
            for (JsonNode event : events(server, measured.get("events").textValue())) {
                ofEvents = ofEvents.add(new BigDecimal(event.get("quantity").textValue()));
                assertTrue(found.add(event.get("idempotency_key").textValue()), "in two lines: " + event);
            }
        }
        BigDecimal billed = new BigDecimal(line.get("quantity").textValue());
        assertEquals(0, billed.compareTo(ofWindows), ofWindows + " in windows, billed " + billed);
        assertEquals(0, billed.compareTo(ofEvents), ofEvents + " in events, billed " + billed);
    }

    private List<JsonNode> events(ServerProcess server, String link) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        String next = link + "&limit=7";
        while (next != null) {
            JsonNode page = server.json(200, "GET", next, key, null);
            assertEquals("true", page.get("complete").toString());
            page.get("data").forEach(events::add);
            JsonNode cursor = page.get("next_cursor");
            next = cursor.isNull() ? null : link + "&limit=7&cursor=" + cursor.textValue();
        }
        return events;
    }

    /** A price for one region, whose customers are told apart by the case of a letter, and one for the others. */
    private void sell(ServerProcess server) throws Exception {
        key = server.organization("Seller", "EUR", "Europe/Berlin");
        server.post("/v1/meters", key, "{'code':'calls','aggregation':'sum','dimensions':['region']}");
        server.post("/v1/products", key, "{'code':'api','name':'API'}");
        String price = "{'code':'%s','product':'api','type':'usage','meter':'calls','interval':'month'%s,'version':"
                + "{'model':'per_unit','unit_amount':'0.01'}}";
        server.post("/v1/prices", key, price.formatted("eu", ",'filter':{'region':'eu & more'}"));
        server.post("/v1/prices", key, price.formatted("rest", ""));
        server.post("/v1/customers", key, "{'key':'ann','name':'Ann'}");
        server.post("/v1/subscriptions", key, "{'customer':'ann','items':[{'price':'eu'},{'price':'rest'}]}");
    }

    /** Twenty days of events, some of them voided, of another customer, or late; the keys of those that are billed. */
    private List<String> send(ServerProcess server) throws Exception {
        List<String> counted = new ArrayList<>();
        for (int day = 1; day <= 20; day++) {
            turn(server, "2026-01-%02dT12:00:00Z".formatted(day));
            for (int i = 0; i < 3; i++) {
                String name = "d" + day + "-" + i;
                String region = i == 0 ? "eu & more" : "us";
                String customer = i == 2 && day % 3 == 0 ? "Ann" : "ann";
                server.json(200, "POST", "/v1/usage", key, event(name, customer, region, day * 10 + i));
                boolean voided = day % 5 == 0 && i == 1;
                if (voided) {
                    server.json(
                            200,
                            "POST",
                            "/v1/usage/voids",
                            key,
                            "{\"idempotency_key\":\"" + name + "\",\"reason\":\"wrong\"}");
                }
                if (customer.equals("ann") && !voided) {
                    counted.add(name);
                }
            }
        }
        return counted;
    }

    private static String event(String name, String customer, String region, int value) {
        return "{\"idempotency_key\":\"" + name + "\",\"customer\":\"" + customer + "\",\"meter\":\"calls\",\"value\":"
                + value + ",\"properties\":{\"region\":\"" + region + "\"}}";
    }

    private static void turn(ServerProcess server, String instant) throws Exception {
        JsonNode turned = server.turn(instant);
        assertEquals(0, turned.get("set_aside").size(), turned.toString());
    }
}

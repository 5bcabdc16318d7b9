package dev.valora.config.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every POST outside usage does its work once for an {@code Idempotency-Key}, and answers the same again without the secret. */
@ExtendWith(ContractServer.Shared.class)
final class RepeatsTest {

    private final ContractServer server;

    RepeatsTest(ContractServer server) {
        this.server = server;
    }

    @Test
    void shouldAnswerEveryPostOnceForEachKey() throws Exception {
        Life life = Life.of(server);
        Set<String> missing = new TreeSet<>();
        server.documented().operations().stream()
                .filter(operation -> operation.method().equals("POST"))
                .forEach(operation -> missing.add(operation.template()));
        missing.removeAll(Set.of("/v1/usage", "/v1/clock/confirm"));
        for (Life.Posted posted : life.posts()) {
            missing.remove(posted.template());
            Caller caller = posted.path().equals("/v1/organizations") ? server.operator() : life.owner();
            repeat(caller, posted);
        }
        assertEquals(Set.of(), missing);
    }

    private void repeat(Caller caller, Life.Posted posted) throws Exception {
        String key = "key-" + posted.template();
        Answer first = post(caller, posted.path(), posted.body(), key);
        assertTrue(first.status() == 200 || first.status() == 201, posted.path() + ": " + first.text());
        assertTrue(first.header("Idempotency-Replayed").isEmpty(), posted.path());
        Answer second = post(caller, posted.path(), posted.body(), key);
        assertEquals(first.status(), second.status(), posted.path());
        assertEquals("true", second.header("Idempotency-Replayed").orElse(""), posted.path());
        assertEquals(withoutSecrets(first.json()), second.json(), posted.path());
        assertFalse(second.text().contains("\"secret\""), posted.path());
        Answer other = post(caller, posted.path(), posted.body().replace("{", "{ "), key);
        assertEquals("409 idempotency_key_reused", other.told(), posted.path());
    }

    @Test
    void shouldKeepKeysOfOrganizationsAndOfRoutesApart() throws Exception {
        Caller one = server.organization("");
        Caller other = server.organization("");
        String body = "{'code':'same','name':'n'}";
        assertEquals("201", post(one, "/v1/products", body, "shared").told());
        assertEquals("201", post(other, "/v1/products", body, "shared").told());
        assertEquals(
                "409 idempotency_key_reused",
                post(one, "/v1/plans", "{'code':'same','name':'n'}", "shared").told());
    }

    @Test
    void shouldReplayRefusalsOfFieldsAndForgetWhatCouldNotBeRead() throws Exception {
        Caller caller = server.organization("");
        Answer first = post(caller, "/v1/products", "{'code':'a'}", "refused");
        Answer second = post(caller, "/v1/products", "{'code':'a'}", "refused");
        assertEquals("422 invalid_request /name:missing_field", first.told());
        assertEquals(first.json(), second.json());
        assertEquals(
                "400 malformed_json",
                post(caller, "/v1/products", "{'code'", "unread").told());
        assertEquals(
                "201",
                post(caller, "/v1/products", "{'code':'a','name':'n'}", "unread")
                        .told());
        for (String key : new String[] {"", "two words", "k".repeat(256)}) {
            assertEquals(
                    "400 invalid_idempotency_key",
                    post(caller, "/v1/products", "{}", key).told());
        }
    }

    private Answer post(Caller caller, String path, String body, String key) throws Exception {
        return server.send(caller.request("POST", path, body)
                .header("Idempotency-Key", key)
                .build());
    }

    private static JsonNode withoutSecrets(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove("secret");
        }
        node.forEach(RepeatsTest::withoutSecrets);
        return node;
    }
}

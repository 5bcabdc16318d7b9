package dev.valora.config.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.config.contract.Documented.Operation;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who may call what: every operation of the document with every kind of key, and with the ids of another organization. */
@ExtendWith(ContractServer.Shared.class)
final class AccessTest {

    private static final List<String> SCOPES =
            List.of("usage:write", "usage:read", "billing:read", "billing:write", "admin");
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private final ContractServer server;

    AccessTest(ContractServer server) {
        this.server = server;
    }

    @Test
    void shouldAskForOneOfTheScopesThatTheDocumentNames() throws Exception {
        Caller owner = server.organization("");
        Map<String, Caller> byScope = new HashMap<>();
        for (String scope : SCOPES) {
            String secret = owner.create("/v1/api_keys", "{'name':'n','scopes':['" + scope + "']}")
                    .at("/secret");
            byScope.put(scope, new Caller(server, secret));
        }
        List<String> wrong = new ArrayList<>();
        for (Operation operation : server.documented().operations()) {
            for (String scope : SCOPES) {
                String told =
                        call(byScope.getOrDefault(scope, owner), operation).told();
                String expected = operation.isOperators()
                        ? "403 operator_only"
                        : operation.isPublic() || operation.scopes().contains(scope) || isForAll(operation)
                                ? "something else"
                                : "403 insufficient_scope";
                if (!expected.equals(told.startsWith("403") ? told : "something else")) {
                    wrong.add(scope + " " + operation.method() + " " + operation.template() + ": " + told);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    private static boolean isForAll(Operation operation) {
        return operation.scopes().equals(List.of("any"));
    }

    @Test
    void shouldAskForAKeyThatIsOne() throws Exception {
        Caller nobody = new Caller(server, "vk_nobody");
        for (Operation operation : server.documented().operations()) {
            String path = operation.template().replaceAll("\\{[^}]*}", "x");
            Answer keyless = server.send(server.request(path)
                    .method(operation.method(), BodyPublishers.noBody())
                    .build());
            String told = call(nobody, operation).told() + ", " + keyless.told();
            assertEquals(
                    operation.isPublic() ? "200, 200" : "401 invalid_api_key, 401 api_key_required",
                    told,
                    operation.template());
            assertEquals(
                    operation.isPublic() ? "" : "Bearer",
                    keyless.header("WWW-Authenticate").orElse(""));
        }
    }

    @Test
    void shouldKeepTheOperatorOutOfOrganizations() throws Exception {
        for (Operation operation : server.documented().operations()) {
            Answer answer = call(server.operator(), operation);
            assertEquals(
                    operation.isOperators() || operation.isPublic(),
                    answer.status() != 403,
                    operation.template() + ": " + answer.text());
        }
    }

    @Test
    void shouldRefuseEveryMethodThatAPathDoesNotHave() throws Exception {
        Map<String, TreeSet<String>> byPath = new TreeMap<>();
        server.documented()
                .operations()
                .forEach(operation -> byPath.computeIfAbsent(operation.template(), path -> new TreeSet<>())
                        .add(operation.method()));
        for (Map.Entry<String, TreeSet<String>> path : byPath.entrySet()) {
            TreeSet<String> allowed = new TreeSet<>(path.getValue());
            if (allowed.contains("GET")) {
                allowed.add("HEAD");
            }
            for (String method : METHODS) {
                if (!allowed.contains(method)) {
                    Answer answer = server.operator().call(method, path.getKey().replaceAll("\\{[^}]*}", "x"), null);
                    assertEquals("405 method_not_allowed", answer.told(), method + " " + path.getKey());
                    assertEquals(
                            String.join(", ", allowed), answer.header("Allow").orElse(""));
                }
            }
        }
    }

    @Test
    void shouldAnswer404ForWhateverIsAnothers() throws Exception {
        Life life = Life.of(server);
        Caller stranger = server.organization("").selling();
        Map<String, String> bodies = new HashMap<>();
        life.posts().forEach(posted -> bodies.put(posted.template(), posted.body()));
        for (Operation operation : server.documented().operations()) {
            String template = operation.template();
            // Both organizations have the codes; theirs are told apart below.
            if (template.contains("{") && !template.contains("{code}") && !operation.isOperators()) {
                Answer answer = stranger.call(operation.method(), pathOf(template, life), body(operation, bodies));
                assertEquals("404 not_found", answer.told(), operation.method() + " " + template);
            }
        }
        for (String own : List.of("/v1/customers/" + life.customer(), "/v1/subscriptions/" + life.subscription())) {
            assertEquals(200, life.owner().get(own).status());
        }
        life.owner().create("/v1/products", "{'code':'secret','name':'n'}");
        assertEquals("404 not_found", stranger.get("/v1/products/secret").told());
        for (String list : List.of("subscriptions?customer=c0", "invoices?subscription=" + life.subscription())) {
            assertEquals(0, stranger.get("/v1/" + list).json().get("data").size(), list);
        }
    }

    private static String pathOf(String template, Life life) {
        String id = template.contains("customers")
                ? life.customer()
                : template.contains("subscriptions")
                        ? life.subscription()
                        : template.contains("api_keys") ? life.apiKey() : life.invoice();
        return template.replace("{id}", id).replace("{line}", life.line()).replace("{idempotency_key}", "used");
    }

    private static @Nullable String body(Operation operation, Map<String, String> bodies) {
        return switch (operation.method()) {
            case "POST" -> bodies.get(operation.template());
            case "PATCH" -> "{'name':'mine'}";
            default -> null;
        };
    }

    private static Answer call(Caller caller, Operation operation) throws IOException, InterruptedException {
        boolean hasBody = List.of("POST", "PUT", "PATCH").contains(operation.method());
        return caller.call(
                operation.method(), operation.template().replaceAll("\\{[^}]*}", "x"), hasBody ? "{}" : null);
    }
}

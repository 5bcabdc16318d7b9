package dev.valora.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls the handlers of routes as the server does, without HTTP. */
public record Calls(List<Route> routes, @Nullable OrganizationId organization) {

    public static Calls asOperator(List<Route> routes) {
        return new Calls(routes, null);
    }

    public JsonNode get(String path) {
        return json(call(HttpVerb.GET, path, null), 200);
    }

    public JsonNode post(String path, String body) {
        return json(call(HttpVerb.POST, path, body), 201);
    }

    public JsonNode patch(String path, String body) {
        return json(call(HttpVerb.PATCH, path, body), 200);
    }

    public Problem problem(HttpVerb verb, String path, @Nullable String body) {
        return assertThrows(ProblemException.class, () -> call(verb, path, body))
                .problem();
    }

    /** Pointer and code of each field problem, in the order of their pointers. */
    public List<String> fieldProblems(HttpVerb verb, String path, String body) {
        return problem(verb, path, body).errors().stream()
                .map(error -> error.pointer() + " " + error.code())
                .sorted()
                .toList();
    }

    public Reply call(HttpVerb verb, String pathAndQuery, @Nullable String body) {
        String path = pathAndQuery.replaceAll("\\?.*", "");
        for (Route route : routes) {
            Map<String, String> parameters = new HashMap<>();
            if (route.verb() == verb && matches(route.template(), path, parameters)) {
                return route.handler()
                        .handle(new ApiRequest(
                                "req_1", caller(), path, parameters, query(pathAndQuery), Map.of(), object(body)));
            }
        }
        throw new AssertionError("no route for " + verb + " " + path);
    }

    public static JsonNode json(Reply reply, int status) {
        assertEquals(status, reply.status());
        try {
            return Json.read(reply.body().getBytes());
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    private Caller caller() {
        return organization == null
                ? new Caller(null, Set.of(), "operator")
                : new Caller(organization, EnumSet.allOf(Scope.class), "key:test");
    }

    private static boolean matches(String template, String path, Map<String, String> parameters) {
        String[] wanted = template.split("/", -1);
        String[] sent = path.split("/", -1);
        if (wanted.length != sent.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                parameters.put(wanted[i].substring(1, wanted[i].length() - 1), sent[i]);
            } else if (!wanted[i].equals(sent[i])) {
                return false;
            }
        }
        return true;
    }

    private static QueryParameters query(String pathAndQuery) {
        Map<String, List<String>> values = new HashMap<>();
        if (pathAndQuery.contains("?")) {
            for (String pair : pathAndQuery.replaceAll(".*\\?", "").split("&", -1)) {
                String[] parts = pair.split("=", 2);
                values.put(parts[0], List.of(parts[1]));
            }
        }
        return new QueryParameters(values);
    }

    private static @Nullable ObjectNode object(@Nullable String body) {
        try {
            return body == null
                    ? null
                    : (ObjectNode) Json.read(body.replace('\'', '"').getBytes(UTF_8));
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }
}

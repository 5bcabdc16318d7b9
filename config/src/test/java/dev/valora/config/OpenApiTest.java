package dev.valora.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.valora.aggregator.query.EventListRoutes;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.Caller;
import dev.valora.ingest.Database;
import dev.valora.ingest.Journal;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.QueryParameters;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.access.KeyRing;
import dev.valora.ingest.access.OrganizationStore;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.EventIdentity;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.events.EventRoutes;
import dev.valora.ingest.http.RejectionLog;
import dev.valora.ingest.intake.Intake;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The document says what the server serves: the same operations, and who may call each. */
final class OpenApiTest {

    private static final String ANY_SCOPE = "any";

    @Test
    void shouldNameEveryRouteWithItsScopesAndNoOther() throws IOException {
        Map<String, String> served = new TreeMap<>();
        routes().forEach(route -> served.put(route.verb() + " " + route.template(), access(route.access())));
        served.put("POST /v1/usage", "[usage:write]");
        assertEquals(served, documented(document()));
    }

    @Test
    void shouldResolveEveryReference() throws IOException {
        JsonNode document = document();
        List<JsonNode> references = document.findValues("$ref");
        assertFalse(references.isEmpty());
        for (JsonNode reference : references) {
            String pointer = reference.textValue().substring(1);
            assertFalse(document.at(pointer).isMissingNode(), () -> pointer + " leads nowhere");
        }
    }

    @Test
    void shouldRenderEveryOperationWithoutLoadingAnything() {
        String page = body("/docs");
        routes().forEach(route -> assertTrue(page.contains("<code>" + route.template() + "</code>"), route.template()));
        assertFalse(page.contains("src=") || page.contains("http://") || page.contains("@import"));
    }

    @Test
    void shouldLinkToEveryOperationAndShapeOfThePage() throws IOException {
        String page = body("/docs");
        Set<String> links = new TreeSet<>();
        Matcher link = Pattern.compile("href=\"#([^\"]+)\"").matcher(page);
        while (link.find()) {
            links.add(link.group(1));
        }
        links.forEach(target -> assertTrue(page.contains(" id=\"" + target + "\""), target));
        documented(document()).keySet().forEach(operation -> {
            String[] words = operation.split(" ", -1);
            assertTrue(links.contains(words[0].toLowerCase(Locale.ROOT) + words[1]), operation);
        });
        assertTrue(links.containsAll(List.of("Customer", "PriceVersion", "Subscription")), links.toString());
    }

    private static Map<String, String> documented(JsonNode document) {
        Map<String, String> operations = new TreeMap<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                operations.put(
                        operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                        documentedAccess(operation.getValue()));
            }
        }
        return operations;
    }

    private static String documentedAccess(JsonNode operation) {
        JsonNode security = operation.get("security");
        if (security.isEmpty()) {
            return "public";
        }
        TreeSet<String> scopes = new TreeSet<>();
        operation.path("x-scopes").forEach(scope -> scopes.add(scope.textValue()));
        return security.get(0).has("operator") ? "operator" : scopes.toString();
    }

    private static String access(Access access) {
        return switch (access) {
            case Access.Operator ignored -> "operator";
            case Access.Public ignored -> "public";
            case Access.AnyOf anyOf -> {
                TreeSet<String> scopes = new TreeSet<>();
                anyOf.scopes().forEach(scope -> scopes.add(scope.wireName()));
                yield scopes.size() == Scope.values().length ? "[" + ANY_SCOPE + "]" : scopes.toString();
            }
        };
    }

    private static JsonNode document() throws IOException {
        return new ObjectMapper().readTree(body("/openapi.json"));
    }

    private static String body(String path) {
        Route route = routes().stream()
                .filter(candidate -> candidate.template().equals(path))
                .findFirst()
                .orElseThrow();
        ApiRequest request = new ApiRequest(
                "req",
                new Caller(null, Set.of(), "anonymous"),
                path,
                Map.of(),
                new QueryParameters(Map.of()),
                Map.of(),
                null);
        return route.handler().handle(request).body().toString();
    }

    /** The routes as the server builds them; none that needs a port is called here. */
    private static List<Route> routes() {
        Database database = new Database() {
            @Override
            public <T> T inOrganization(OrganizationId organization, Work<T> work) {
                throw new UnsupportedOperationException();
            }

            @Override
            public <T> T acrossOrganizations(Work<T> work) {
                throw new UnsupportedOperationException();
            }
        };
        return ServedRoutes.of(new ServedRoutes.Ports(
                database,
                new OrganizationStore(database),
                new KeyRing(database, "operator", () -> 0, () -> 0),
                new MeterDirectory(),
                new NoIntake(),
                new EventRoutes(
                        new NoIntake(),
                        sequence -> null,
                        () -> Long.MIN_VALUE,
                        () -> new EventHash(new byte[EventHash.SECRET_BYTES])),
                new EventListRoutes(journal(), database, new MeterDirectory(), new NothingApplied(), System::nanoTime),
                new RejectionLog(() -> 0),
                new NothingApplied(),
                () -> 0,
                90,
                now -> List.of()));
    }

    private static Journal journal() {
        return (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(), new Class<?>[] {Journal.class}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private static final class NoIntake implements Intake {
        @Override
        public Offer offer(UsageBatch batch) {
            return Offer.CLOSED;
        }

        @Override
        public Offer standing() {
            return Offer.CLOSED;
        }

        @Override
        public CompletionStage<Long> tick() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Definition> define(MeterDefinition meter) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Archiving> archive(OrganizationId organization, String code) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Known> find(EventIdentity identity) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Voiding> voidEvent(EventIdentity identity, VoidRecord record) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class NothingApplied implements AppliedUsage {
        @Override
        public long appliedSequence() {
            return 0;
        }

        @Override
        public Instant appliedThrough() {
            return Instant.EPOCH;
        }

        @Override
        public boolean awaitApplied(long sequence, Duration atMost) {
            return false;
        }
    }
}

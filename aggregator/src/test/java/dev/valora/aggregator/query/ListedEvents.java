package dev.valora.aggregator.query;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.TestJournal;
import dev.valora.aggregator.follow.FoldLoop;
import dev.valora.aggregator.follow.TestFolds;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Caller;
import dev.valora.ingest.Database;
import dev.valora.ingest.Journal;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.QueryParameters;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code GET /v1/usage/events} over a real journal that was folded into a real PostgreSQL. One thread. */
public final class ListedEvents {

    private final TestFolds folds;
    private final FoldLoop fold;
    private final Route route;
    private long pageNanos;
    private long stepNanos;

    /** @param read what the route reads, the journal or something that passes on to it */
    public ListedEvents(TestJournal journal, Journal read, Database database) {
        this.folds = new TestFolds(journal, database);
        this.fold = folds.open();
        this.route = new EventListRoutes(read, database, journal.meters(), fold, () -> pageNanos += stepNanos)
                .routes()
                .getFirst();
    }

    /** Every look at the clock takes so long: from a second on, each page looks at one entry. */
    public void slowDown(long nanos) {
        stepNanos = nanos;
    }

    /** Folds everything. */
    public void apply() {
        folds.apply(fold);
    }

    /** One page. */
    public JsonNode page(OrganizationId organization, String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                parameters
                        .computeIfAbsent(decoded(parts[0]), name -> new ArrayList<>())
                        .add(decoded(parts[1]));
            }
        }
        Caller caller = new Caller(organization, Set.of(Scope.USAGE_READ), "key:test");
        ApiRequest request = new ApiRequest(
                "req", caller, route.template(), Map.of(), new QueryParameters(parameters), Map.of(), null);
        try {
            return Json.read(route.handler().handle(request).body().getBytes());
        } catch (IOException malformed) {
            throw new IllegalStateException(malformed);
        }
    }

    /** All pages in a row, which must go on until the last. */
    public List<JsonNode> pages(OrganizationId organization, String query) {
        List<JsonNode> pages = new ArrayList<>();
        Set<String> cursors = new HashSet<>();
        String next = "";
        do {
            JsonNode page = page(organization, query + next);
            pages.add(page);
            String cursor = page.path("next_cursor").asText("");
            assertTrue(
                    page.path("next_cursor").isNull() || cursors.add(cursor), "a page begins where one before began");
            next = page.path("next_cursor").isNull() ? "" : "&cursor=" + cursor;
        } while (!next.isEmpty());
        return pages;
    }

    /** The events of all pages. */
    public List<JsonNode> events(OrganizationId organization, String query) {
        List<JsonNode> events = new ArrayList<>();
        pages(organization, query).forEach(page -> page.path("data").forEach(events::add));
        return events;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}

package dev.valora.ingest.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Json;
import dev.valora.ingest.Page;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** {@code GET /v1/usage/rejections}. Any thread. */
public final class RejectionRoutes {

    private final RejectionLog log;

    public RejectionRoutes(RejectionLog log) {
        this.log = log;
    }

    /** To be served. */
    public List<Route> routes() {
        return List.of(
                new Route(HttpVerb.GET, "/v1/usage/rejections", Access.anyOf(Scope.USAGE_READ), this::rejections));
    }

    private Reply rejections(ApiRequest request) {
        Page page = Page.of(request.query());
        request.query().check(Page.PARAMETERS);
        return Reply.ok(
                page.reply(log.list(request.organization(), page), RejectionLog.Kept::number, RejectionRoutes::toJson));
    }

    private static ObjectNode toJson(RejectionLog.Kept kept) {
        ObjectNode json = Json.object();
        json.put(
                "received_at",
                Instant.EPOCH.plus(kept.receivedMicros(), ChronoUnit.MICROS).toString());
        kept.failure().describeIn(json);
        return json;
    }
}

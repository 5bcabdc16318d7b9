package dev.valora.ingest.http;

import dev.valora.ingest.Authenticator;
import dev.valora.ingest.HttpObserver;
import dev.valora.ingest.IdempotentReplies;
import dev.valora.ingest.Route;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.intake.Intake;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the server calls.
 *
 * @param readers gives each event loop its own reader of usage bodies
 * @param routes all but {@code POST /v1/usage}, which is the server's own
 * @param rejections told of every event that is not counted
 */
public record HttpParts(
        Authenticator authenticator,
        IdempotentReplies replies,
        Intake intake,
        Supplier<UsageReader> readers,
        List<Route> routes,
        RejectionLog rejections,
        HttpObserver observer,
        Ticker ticker) {

    public HttpParts {
        routes = List.copyOf(routes);
    }
}

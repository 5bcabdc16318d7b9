package dev.valora.ingest.http;

import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Caller;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.IdempotentReplies;
import dev.valora.ingest.Problem;
import dev.valora.ingest.QueryParameters;
import dev.valora.ingest.Reply;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Sends each request its way: usage ahead of everything, then the routes, then what says why not. One event loop. */
final class Dispatcher {

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private final EdgeLoop loop;
    private final RouteTable routes;
    private final Gate gate;
    private final CallThreads threads;
    private final UsageHandler usage;
    private final IdempotentReplies replies;

    Dispatcher(EdgeLoop loop, RouteTable routes, CallThreads threads, RateLimits rates) {
        this.loop = loop;
        this.routes = routes;
        this.threads = threads;
        this.gate = new Gate(loop, threads);
        this.usage = new UsageHandler(loop, gate, rates);
        this.replies = loop.parts().replies();
    }

    /** A request whose head is well-formed. */
    void handle(HttpServerRequest request) {
        Exchange exchange = new Exchange(loop, request);
        try {
            if (exchange.connection().isSpent()) {
                exchange.connection().close();
            } else if (exchange.connection().isBodyBroken()) {
                exchange.refuseAndClose(Problems.malformedBody());
            } else if (isUsage(request)) {
                usage.handle(exchange);
            } else {
                dispatch(exchange);
            }
        } catch (RuntimeException | Error failure) {
            exchange.fail(failure);
        }
    }

    /** A request whose head is not. */
    void handleMalformed(HttpServerRequest request) {
        Exchange exchange = new Exchange(loop, request);
        exchange.route(Exchange.MALFORMED);
        exchange.refuseAndClose(Problems.malformedHead(request.decoderResult().cause()));
    }

    /** Looks at the request line only, so that the hot path costs no route table. */
    private static boolean isUsage(HttpServerRequest request) {
        String uri = request.uri();
        int length = UsageHandler.PATH.length();
        return request.method().equals(HttpMethod.POST)
                && uri.startsWith(UsageHandler.PATH)
                && (uri.length() == length || uri.charAt(length) == '?');
    }

    private void dispatch(Exchange exchange) {
        HttpServerRequest request = exchange.request();
        // What a HEAD gets is what a GET would get, but for the body, which the codec leaves out.
        String verb = request.method().equals(HttpMethod.HEAD)
                ? HttpVerb.GET.name()
                : request.method().name();
        switch (routes.find(verb, String.valueOf(request.path()))) {
            case RouteTable.Match.Nothing nothing -> exchange.refuse(Problems.noSuchPath());
            case RouteTable.Match.WrongVerb wrong -> exchange.refuse(Problems.wrongVerb(wrong.allowed()));
            case RouteTable.Match.Found found -> {
                exchange.route(found.endpoint().name());
                if (found.endpoint().name().equals(UsageHandler.NAME)) {
                    usage.handle(exchange);
                } else {
                    gate.admit(exchange, found.endpoint().route().access(), caller -> receive(exchange, found, caller));
                }
            }
        }
    }

    private void receive(Exchange exchange, RouteTable.Match.Found found, Caller caller) {
        HttpServerRequest request = exchange.request();
        boolean takesBody = takesBody(found.endpoint().route().verb());
        Problem problem = takesBody && Media.hasBody(request) ? Media.problem(request) : null;
        if (problem == null && exchange.declaredLength() > HttpLimits.CALL_BODY_BYTES) {
            problem = Problems.bodyTooLarge(HttpLimits.CALL_BODY_BYTES);
        }
        if (problem != null) {
            exchange.refuse(problem);
            return;
        }
        QueryParameters query = UriText.query(request.query());
        exchange.receive(HttpLimits.CALL_BODY_BYTES, (bytes, length) -> {
            Buffer body = takesBody ? Buffer.buffer(length).appendBytes(bytes, 0, length) : Buffer.buffer();
            ApiRequest bare = new ApiRequest(
                    exchange.id(),
                    caller,
                    String.valueOf(request.path()),
                    found.parameters(),
                    query,
                    headers(request),
                    null);
            RouteCall.Head head =
                    new RouteCall.Head(bare, request.uri(), request.headers().getAll(IDEMPOTENCY_KEY), body);
            call(exchange, new RouteCall(found.endpoint(), head, replies));
        });
    }

    private void call(Exchange exchange, RouteCall call) {
        boolean running = threads.tryRun(() -> {
            Reply reply = call.run();
            loop.run(() -> exchange.reply(reply));
        });
        if (!running) {
            exchange.refuse(Problems.overloaded());
        }
    }

    private static boolean takesBody(HttpVerb verb) {
        return switch (verb) {
            case POST, PUT, PATCH -> true;
            case GET, DELETE -> false;
        };
    }

    private static Map<String, String> headers(HttpServerRequest request) {
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach((name, value) -> headers.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        return headers;
    }
}

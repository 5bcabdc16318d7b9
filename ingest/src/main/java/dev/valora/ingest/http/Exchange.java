package dev.valora.ingest.http;

import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its one answer. Event loop. */
final class Exchange {

    /** The route of what has none. */
    static final String UNMATCHED = "unmatched";

    /** The route of what is not HTTP. */
    static final String MALFORMED = "malformed";

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final CharSequence X_REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
    private static final CharSequence WWW_AUTHENTICATE = HttpHeaders.createOptimized("WWW-Authenticate");
    private static final CharSequence BEARER = HttpHeaders.createOptimized("Bearer");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final String CONTINUE = HttpHeaders.CONTINUE.toString();
    private static final CharSequence CLOSE = HttpHeaders.createOptimized("close");
    private static final int UNAUTHORIZED = 401;

    private final EdgeLoop loop;
    private final Connection connection;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final String id;
    private final long begunNanos;
    private String route = UNMATCHED;
    private boolean receiving;
    private boolean answered;
    private boolean closing;

    Exchange(EdgeLoop loop, HttpServerRequest request) {
        this.loop = loop;
        this.request = request;
        this.response = request.response();
        this.connection = Connection.of(request);
        this.id = loop.nextRequestId();
        this.begunNanos = loop.nanos();
        connection.requestBegun();
    }

    String id() {
        return id;
    }

    Connection connection() {
        return connection;
    }

    HttpServerRequest request() {
        return request;
    }

    String route() {
        return route;
    }

    void route(String name) {
        route = name;
    }

    /** Whether there is nobody left to answer. */
    boolean isGone() {
        return answered || response.closed();
    }

    /** Receives the body; {@code sink} is called with all of it unless it is refused before. */
    void receive(int maxBytes, BodyCollector.Sink sink) {
        if (connection.isBodyBroken()) {
            // It broke while the request waited for its key to be looked up; its end will never come.
            refuseAndClose(Problems.malformedBody());
            return;
        }
        receiving = true;
        if (expectsContinue()) {
            response.writeContinue();
        }
        BodyCollector.collect(loop, this, maxBytes, sink);
    }

    private boolean expectsContinue() {
        return CONTINUE.equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    /** 200 with JSON that was written by hand. */
    void ok(Buffer json) {
        if (begin(200)) {
            response.headers().set(HttpHeaders.CONTENT_TYPE, JSON);
            end(json);
        }
    }

    void reply(Reply reply) {
        if (begin(reply.status())) {
            response.setStatusCode(reply.status());
            if (!reply.contentType().isEmpty()) {
                response.putHeader(HttpHeaders.CONTENT_TYPE, reply.contentType());
            }
            if (reply.status() == UNAUTHORIZED) {
                response.putHeader(WWW_AUTHENTICATE, BEARER);
            }
            // Answers may carry a secret, and all of them belong to one key.
            response.putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
            for (Map.Entry<String, String> header : reply.headers().entrySet()) {
                response.putHeader(header.getKey(), header.getValue());
            }
            end(reply.body());
        }
    }

    void refuse(Problem problem) {
        reply(problem.toReply(id));
    }

    /** Refuses a request after which the connection cannot be used. */
    void refuseAndClose(Problem problem) {
        closing = true;
        refuse(problem);
    }

    /** Answers a failure: what it tells itself, or 500 and the whole of it in the log. */
    void fail(Throwable failure) {
        if (failure instanceof ProblemException known) {
            refuse(known.problem());
            return;
        }
        LOG.error("request {} ({}) failed", id, route, failure);
        refuse(Problems.internal());
    }

    /** The client went away before its request was complete. */
    void abandoned() {
        answered = true;
    }

    /** The rest of a refused request was read. */
    void discarded() {
        if (closing) {
            connection.close();
        }
    }

    private boolean begin(int status) {
        if (answered) {
            return false;
        }
        answered = true;
        long now = loop.nanos();
        connection.requestAnswered(now);
        loop.observer().onAnswered(route, status, now - begunNanos);
        return !response.closed();
    }

    private void end(Buffer body) {
        boolean complete = request.isEnded() && !connection.isBodyBroken();
        closing |= loop.isStopping() || (!complete && !receiving && !canDiscard());
        response.headers().set(X_REQUEST_ID, id);
        if (closing) {
            response.putHeader(HttpHeaders.CONNECTION, CLOSE);
        }
        if (!complete && !receiving) {
            BodyCollector.discard(loop, this);
        }
        Future<Void> written = response.end(body);
        if (closing && complete) {
            connection.close();
        } else if (closing) {
            connection.closeAfterLinger(written);
        }
    }

    /** Whether the rest of the request is small enough to be read for the sake of the connection. */
    private boolean canDiscard() {
        if (expectsContinue()) {
            return false;
        }
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null || declaredLength(length) <= HttpLimits.DISCARDED_BYTES;
    }

    /** Bytes that the head announces; 0 when it announces none. */
    long declaredLength() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : declaredLength(length);
    }

    private static long declaredLength(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException tooLong) {
            return Long.MAX_VALUE;
        }
    }
}

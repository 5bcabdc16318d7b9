package dev.valora.ingest.http;

import dev.valora.ingest.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Receives one body into a pooled array, bounded in bytes and, through its {@link Connection}, in time. Whatever ends early
 * gives the array back. Event loop.
 */
final class BodyCollector implements Handler<Buffer> {

    /** Takes a whole body. The array belongs to the pool again when this returns. */
    @FunctionalInterface
    interface Sink {
        void onBody(byte[] bytes, int length);
    }

    private static final byte[] NOTHING = new byte[0];

    private final EdgeLoop loop;
    private final Exchange exchange;
    private final int maxBytes;
    private final Sink sink;
    private byte[] bytes = NOTHING;
    private int length;
    private int discarded;
    private boolean done;

    private BodyCollector(EdgeLoop loop, Exchange exchange, int maxBytes, Sink sink) {
        this.loop = loop;
        this.exchange = exchange;
        this.maxBytes = maxBytes;
        this.sink = sink;
    }

    /** Begins to receive; every end but the sink is answered here. */
    static void collect(EdgeLoop loop, Exchange exchange, int maxBytes, Sink sink) {
        BodyCollector collector = new BodyCollector(loop, exchange, maxBytes, sink);
        HttpServerRequest request = exchange.request();
        exchange.connection().collecting(collector, loop.nanos());
        request.handler(collector);
        request.endHandler(collector::complete);
        request.exceptionHandler(collector::connectionLost);
    }

    /** Throws a refused request's body away, so that the connection can be used again or closes in peace. */
    static void discard(EdgeLoop loop, Exchange exchange) {
        BodyCollector collector = new BodyCollector(loop, exchange, 0, (bytes, length) -> {});
        collector.done = true;
        HttpServerRequest request = exchange.request();
        exchange.connection().collecting(collector, loop.nanos());
        request.handler(collector);
        request.endHandler(collector::complete);
        request.exceptionHandler(collector::connectionLost);
    }

    @Override
    public void handle(Buffer chunk) {
        int more = chunk.length();
        if (isWanted(more)) {
            chunk.getBytes(0, more, bytes, length);
            length += more;
        }
    }

    /**
     * Takes bytes of the body straight from the decoder.
     *
     * @param head of the request that they belong to
     * @return false when that is another request than the one that is collected here
     */
    @SuppressWarnings(
            "ReferenceEquality") // the headers themselves tell one request from the next, which may have equal ones
    boolean receive(HttpHeaders head, ByteBuf chunk) {
        if (head != (Object) exchange.request().headers()) {
            return false;
        }
        int more = chunk.readableBytes();
        if (isWanted(more)) {
            chunk.readBytes(bytes, length, more);
            length += more;
        }
        return true;
    }

    /** Whether so many bytes more are for the sink, and there is room for them now; otherwise that was dealt with. */
    private boolean isWanted(int more) {
        if (done) {
            discard(more);
            return false;
        }
        if (more > maxBytes - length) {
            refuse(Problems.bodyTooLarge(maxBytes));
            return false;
        }
        if (more > bytes.length - length && !grow(length + more)) {
            refuse(Problems.overloaded());
            return false;
        }
        return true;
    }

    private void discard(int more) {
        discarded += more;
        Connection connection = exchange.connection();
        if (discarded > (connection.isClosing() ? HttpLimits.LINGERED_BYTES : HttpLimits.DISCARDED_BYTES)) {
            connection.close();
        }
    }

    private boolean grow(int needed) {
        byte[] larger = loop.bodies().take(needed);
        if (larger == null) {
            return false;
        }
        System.arraycopy(bytes, 0, larger, 0, length);
        giveBack();
        bytes = larger;
        return true;
    }

    private void complete(@Nullable Void nothing) {
        exchange.connection().collected(this);
        if (done) {
            exchange.discarded();
            return;
        }
        done = true;
        try {
            sink.onBody(bytes, length);
        } catch (RuntimeException | Error failure) {
            exchange.fail(failure);
        } finally {
            giveBack();
        }
    }

    private void connectionLost(Throwable cause) {
        exchange.connection().collected(this);
        end();
        exchange.abandoned();
    }

    /** The framing is wrong. */
    void malformed() {
        refuse(Problems.malformedBody());
    }

    /** The body takes too long. */
    void expired() {
        if (done) {
            exchange.connection().close();
        } else {
            refuse(Problems.bodyTimedOut());
        }
    }

    private void refuse(Problem problem) {
        if (!done) {
            end();
            exchange.refuseAndClose(problem);
        }
    }

    private void end() {
        done = true;
        giveBack();
    }

    private void giveBack() {
        if (bytes.length > 0) {
            loop.bodies().giveBack(bytes);
            bytes = NOTHING;
        }
    }
}

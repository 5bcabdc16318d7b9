package dev.valora.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AttributeKey;
import io.vertx.core.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of one connection, and its deadlines. An idle time-out alone never ends a head or a body that comes a byte
 * at a time; here each has a time for the whole, looked at by the loop's {@link #sweep} instead of a timer a request. All
 * members belong to the connection's event loop.
 */
final class Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final AttributeKey<Connection> KEY = AttributeKey.valueOf(Connection.class, "valora");
    private static final byte[] HEAD_TIMED_OUT =
            "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final EdgeLoop loop;
    private final HttpConnection http;
    private final Channel channel;
    private final ChannelHandlerContext decoder;

    private int answering;
    private boolean closing;
    private boolean bodyBroken;
    private boolean inputEnded;
    private @Nullable BodyCollector collecting;

    // Ticker nanoseconds; each means something only while its flag is set.
    private boolean inHead;
    private long headSince;
    private long bodySince;
    private long idleSince;
    private boolean stalled;
    private long stalledSince;
    private long lingerSince;

    private Connection(EdgeLoop loop, HttpServerConnection http, HttpServerOptions options) {
        this.loop = loop;
        this.http = http;
        this.channel = http.channelHandlerContext().channel();
        channel.pipeline().replace("httpDecoder", "httpDecoder", new StrictRequestDecoder(options, this));
        this.decoder = channel.pipeline().context("httpDecoder");
        this.idleSince = loop.nanos();
        channel.attr(KEY).set(this);
        // Who has sent all of a request may close that half; the answer is for the other one.
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /** Takes charge of a connection that was just accepted and has not been read from. */
    static Connection of(EdgeLoop loop, HttpConnection http, HttpServerOptions options) {
        return new Connection(loop, (HttpServerConnection) http, options);
    }

    /** The connection that a request came by. */
    static Connection of(HttpServerRequest request) {
        return ((HttpServerConnection) request.connection())
                .channelHandlerContext()
                .channel()
                .attr(KEY)
                .get();
    }

    /** Some bytes of a head arrived. */
    void headReceiving() {
        if (!inHead) {
            inHead = true;
            headSince = loop.nanos();
        }
    }

    /** A head is complete. */
    void headReceived() {
        inHead = false;
    }

    /** The framing of a body is wrong; the decoder throws the rest of the connection away. */
    void bodyMalformed() {
        bodyBroken = true;
        if (collecting != null) {
            collecting.malformed();
        }
    }

    /** The client closed its half: what was handed over is still answered, and nothing more comes. */
    void inputEnded() {
        inputEnded = true;
        if (answering == 0) {
            close();
        }
    }

    /** Bytes of a body were read; false when nobody collects the body of the request with this head yet. */
    boolean bodyReceived(HttpHeaders head, ByteBuf bytes) {
        return collecting != null && collecting.receive(head, bytes);
    }

    /** Whether what follows the last head that was handed over could not be read. */
    boolean isBodyBroken() {
        return bodyBroken;
    }

    /** A request was handed over and waits for its answer. */
    void requestBegun() {
        answering++;
    }

    /** A request's answer was written. */
    void requestAnswered(long now) {
        answering--;
        idleSince = now;
    }

    /** The collector is told when the body takes too long, until it is done. */
    void collecting(BodyCollector collector, long now) {
        collecting = collector;
        bodySince = now;
    }

    /** A collector is done. The next request's may have begun already: answering one request hands over the next. */
    void collected(BodyCollector collector) {
        if (collecting == collector) {
            collecting = null;
        }
    }

    /**
     * Whether no further request may be handled: the last answer said that the connection ends, or the client leaves too
     * many answers unread.
     */
    boolean isSpent() {
        if (closing || channel.isWritable()) {
            return closing;
        }
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound != null && outbound.totalPendingWriteBytes() > HttpLimits.UNREAD_ANSWER_BYTES;
    }

    /** Whether the last answer was given; what still comes is thrown away. */
    boolean isClosing() {
        return closing;
    }

    /** Closes once what was written is sent. */
    void close() {
        closing = true;
        lingerSince = loop.nanos();
        http.close();
    }

    /**
     * Ends the connection after an answer that the client may not wait for: at once towards the client, a little later from
     * it, reading on and throwing away. Closing at once would reset the connection, and the client, still sending, might never
     * see its answer.
     */
    void closeAfterLinger(Future<Void> answer) {
        channel.flush();
        closing = true;
        lingerSince = loop.nanos();
        answer.onComplete(sent -> {
            if (channel instanceof DuplexChannel duplex && channel.isActive()) {
                forget(duplex.shutdownOutput());
            }
        });
    }

    /** Looks at the deadlines. */
    void sweep(long now) {
        HttpLimits limits = loop.limits();
        stalled = !channel.isWritable() && stalled;
        if (!channel.isWritable() && !stalled) {
            stalled = true;
            stalledSince = now;
        }
        if (stalled && isOver(now, stalledSince, limits.stalledMillis())) {
            abort();
        } else if (closing) {
            if (isOver(now, lingerSince, HttpLimits.LINGER_MILLIS)) {
                abort();
            }
        } else if (collecting != null) {
            if (isOver(now, bodySince, limits.bodyMillis())) {
                collecting.expired();
            }
        } else if (answering == 0 && inHead) {
            if (isOver(now, headSince, limits.headMillis())) {
                headExpired();
            }
        } else if (answering == 0 && (inputEnded || isOver(now, idleSince, limits.idleMillis()))) {
            close();
        }
    }

    /** There is no request yet to answer, so the answer goes to the socket as it stands. */
    private void headExpired() {
        loop.observer()
                .onAnswered(
                        Exchange.MALFORMED,
                        408,
                        TimeUnit.MILLISECONDS.toNanos(loop.limits().headMillis()));
        closing = true;
        lingerSince = loop.nanos();
        forget(decoder.writeAndFlush(Unpooled.wrappedBuffer(HEAD_TIMED_OUT)).addListener(ChannelFutureListener.CLOSE));
    }

    /** For what fails only when the connection is gone, which was wanted. */
    private static void forget(ChannelFuture done) {
        if (done.cause() != null) {
            LOG.debug("the connection was gone already", done.cause());
        }
    }

    /** Closes without sending what was written. */
    private void abort() {
        channel.unsafe().close(channel.voidPromise());
    }

    private static boolean isOver(long now, long since, long millis) {
        return now - since >= TimeUnit.MILLISECONDS.toNanos(millis);
    }
}

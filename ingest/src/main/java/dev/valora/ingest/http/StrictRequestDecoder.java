package dev.valora.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import java.util.ListIterator;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what two HTTP parsers could read in two ways (RFC 9112, sections 3.2, 5.1, 5.2, 6.1 and 6.3): no {@code Host}, one that
 * is none, header lines without a name or folded, several lengths, a length beside a transfer coding, any coding but {@code
 * chunked}, and several of a header that says who sends what (RFC 9110, section 5.3). The decoder of Netty tolerates some of
 * these. After the first fault nothing more is decoded on the connection. Event loop.
 *
 * <p>It is also where the bytes pass, so it tells the connection when a head begins and ends, for the deadline, and gives it those
 * of bodies: on their way through Vert.x each chunk would be copied into memory of its own.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {

    private static final boolean[] OF_HOSTS = new boolean[128];

    static {
        for (char c = '!'; c < OF_HOSTS.length; c++) {
            OF_HOSTS[c] = Character.isLetterOrDigit(c) || "-._~!$&'()*+,;=:[]%".indexOf(c) >= 0;
        }
    }

    private final Connection connection;
    private boolean inHead = true;
    private boolean inLine;
    private boolean folded;
    private boolean broken;
    private boolean nameless;
    private int hosts;
    private int keys;
    private int types;
    private int lengths;
    private int codings;
    private HttpHeaders head = EmptyHttpHeaders.INSTANCE;
    private boolean passingOn;

    StrictRequestDecoder(HttpServerOptions options, Connection connection) {
        super(options);
        this.connection = connection;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (inHead) {
            decodeHead(context, in, out);
        } else {
            super.decode(context, in, out);
        }
        if (!out.isEmpty()) {
            inspect(out);
        }
    }

    private void decodeHead(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        connection.headReceiving();
        int start = in.readerIndex();
        super.decode(context, in, out);
        int end = in.readerIndex();
        // The decoder of Netty takes whole lines, so a call begins where a line begins.
        int lineFeed = start - 1;
        while (lineFeed + 1 < end) {
            byte first = in.getByte(lineFeed + 1);
            folded |= inLine && (first == ' ' || first == '\t');
            inLine = true;
            int next = in.indexOf(lineFeed + 1, end, (byte) '\n');
            if (next < 0) {
                return;
            }
            lineFeed = next;
        }
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        AsciiString name = super.splitHeaderName(line, start, length);
        switch (length) {
            case 0 -> nameless = true;
            case 4 -> hosts += HttpHeaderNames.HOST.contentEqualsIgnoreCase(name) ? 1 : 0;
            case 12 -> types += HttpHeaderNames.CONTENT_TYPE.contentEqualsIgnoreCase(name) ? 1 : 0;
            case 13 -> keys += HttpHeaderNames.AUTHORIZATION.contentEqualsIgnoreCase(name) ? 1 : 0;
            case 14 -> lengths += HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name) ? 1 : 0;
            case 17 -> codings += HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name) ? 1 : 0;
            default -> {
                // no other header decides where a request ends, or whose it is
            }
        }
        return name;
    }

    /** The client has said all it will say, and may still wait for its answers. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        super.userEventTriggered(context, event);
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            if (!inHead && !broken) {
                broken = true;
                connection.bodyMalformed();
            }
            connection.inputEnded();
        }
    }

    private void inspect(List<Object> out) {
        if (out.getFirst() instanceof HttpRequest request) {
            headDecoded(request, out);
            if (broken) {
                return;
            }
        }
        // What ends a chunk may be found wrong in the same step that read the chunk.
        if (out.getLast() instanceof HttpContent content
                && content.decoderResult().isFailure()) {
            broken = true;
            out.removeLast();
            ReferenceCountUtil.release(content);
            connection.bodyMalformed();
        } else if (out.getLast() instanceof LastHttpContent) {
            beginHead();
        }
        handOver(out);
    }

    /**
     * Leaves out the bytes that whoever collects the body has taken. A request that waits behind another is collected later: its
     * bytes are passed on, and once some were, all the others are too, or they would overtake them.
     */
    private void handOver(List<Object> out) {
        for (ListIterator<Object> decoded = out.listIterator(); decoded.hasNext(); ) {
            if (decoded.next() instanceof HttpContent content
                    && content.content().isReadable()) {
                passingOn = passingOn || !connection.bodyReceived(head, content.content());
                if (!passingOn) {
                    content.release();
                    replaceTaken(decoded, content instanceof LastHttpContent);
                }
            }
        }
    }

    private static void replaceTaken(ListIterator<Object> decoded, boolean isLast) {
        if (isLast) {
            decoded.set(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            decoded.remove();
        }
    }

    private void headDecoded(HttpRequest request, List<Object> out) {
        connection.headReceived();
        inHead = false;
        head = request.headers();
        passingOn = false;
        String fault = request.decoderResult().isFailure() ? null : fault(request);
        if (fault != null) {
            request.setDecoderResult(DecoderResult.failure(new AmbiguousHeadException(fault)));
        }
        if (request.decoderResult().isFailure()) {
            broken = true;
            out.subList(1, out.size()).clear();
        }
    }

    private void beginHead() {
        inHead = true;
        inLine = false;
        folded = false;
        nameless = false;
        hosts = 0;
        keys = 0;
        types = 0;
        lengths = 0;
        codings = 0;
    }

    private @Nullable String fault(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (version.majorVersion() != 1 || version.minorVersion() > 1) {
            // The answer repeats the version, and ours has to be one that we speak.
            request.setProtocolVersion(HttpVersion.HTTP_1_1);
            return "Use HTTP/1.1.";
        }
        if (folded) {
            return "A header must not be folded over several lines.";
        }
        if (hosts > 1 || (hosts == 0 && version.minorVersion() == 1)) {
            return "Send exactly one Host header.";
        }
        if (hosts == 1 && !isHost(request)) {
            return "Host must be a name or an address, and maybe a port.";
        }
        if (nameless || keys > 1 || types > 1) {
            return "Send headers with names, and Authorization and Content-Type once.";
        }
        if (lengths > 1 || (lengths == 1 && codings > 0)) {
            return "Send one Content-Length or Transfer-Encoding: chunked, not both.";
        }
        if (codings > 0 && (codings > 1 || version.minorVersion() == 0 || !isChunked(request))) {
            return "The only transfer coding is chunked, in HTTP/1.1.";
        }
        return null;
    }

    /** Whether only characters stand there that a host and a port can have (RFC 3986, section 3.2). */
    private static boolean isHost(HttpRequest request) {
        String host = request.headers().get(HttpHeaderNames.HOST);
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c >= OF_HOSTS.length || !OF_HOSTS[c]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isChunked(HttpRequest request) {
        return HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                request.headers().get(HttpHeaderNames.TRANSFER_ENCODING));
    }

    /** A head that could be read in two ways; the message is a sentence for the client. */
    static final class AmbiguousHeadException extends Exception {

        private static final long serialVersionUID = 1L;

        private AmbiguousHeadException(String message) {
            super(message, null, false, false);
        }
    }
}

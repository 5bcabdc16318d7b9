package dev.valora.bench.load;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One connection with at most one request in flight. Belongs to its worker's thread. */
final class LoadConnection {

    private static final int SEND_BUFFER_BYTES = 1 << 20;

    private final SocketChannel channel;
    private final SelectionKey selection;
    private final RequestBuffer request;
    private final ResponseReader response = new ResponseReader();
    private ByteBuffer unsent;
    private long meantNanos;
    private long sentNanos;
    private boolean inFlight;

    LoadConnection(LoadPlan plan, Selector selector) throws IOException {
        channel = SocketChannel.open(plan.destination().address());
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
        channel.configureBlocking(false);
        request = new RequestBuffer(plan);
        unsent = request.rewound();
        selection = channel.register(selector, SelectionKey.OP_READ, this);
    }

    RequestBuffer request() {
        return request;
    }

    /** When the request was meant to be sent. */
    long meantNanos() {
        return meantNanos;
    }

    /** When it was. */
    long sentNanos() {
        return sentNanos;
    }

    /** Whether an answer is being waited for. */
    boolean isInFlight() {
        return inFlight;
    }

    void setInFlight(boolean waiting) {
        inFlight = waiting;
    }

    /** Begins to send the request as it stands. */
    void send(long meant, long nowNanos) throws IOException {
        meantNanos = meant;
        sentNanos = nowNanos;
        response.begin();
        unsent = request.rewound();
        write();
    }

    private void write() throws IOException {
        channel.write(unsent);
        int interest = unsent.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (selection.interestOps() != interest) {
            selection.interestOps(interest);
        }
    }

    /**
     * Does what the selector found possible.
     *
     * @param scratch where arriving bytes pass through
     * @return whether the answer is complete
     * @throws IOException when the connection ended or the answer is none
     */
    boolean advance(ByteBuffer scratch) throws IOException {
        if (selection.isWritable()) {
            write();
        }
        if (!selection.isReadable()) {
            return false;
        }
        scratch.clear();
        if (channel.read(scratch) < 0) {
            throw new IOException("the server closed the connection");
        }
        return response.take(scratch.flip());
    }

    /** What the complete answer tells. */
    Fates fates() {
        return response.fates(request.events());
    }

    void close() throws IOException {
        channel.close();
    }
}

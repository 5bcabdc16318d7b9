package dev.valora.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;

/** The bodies that the load generator sends, for those who want them without a server. */
public final class EventBodies {

    private EventBodies() {}

    /**
     * One request's body.
     *
     * @param events 1 as an object, more as an array
     * @param firstSequence the number of the first event; the others follow
     * @param eventTime of all of them
     */
    public static byte[] body(int events, long firstSequence, Instant eventTime) {
        RequestBuffer request = new RequestBuffer(new LoadPlan(
                new LoadPlan.Destination(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "unused"),
                new LoadPlan.Shape(1, 1, events),
                LoadPlan.Pace.CLOSED,
                new LoadPlan.Bounds(1, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                new LoadPlan.Events(1, new LoadPlan.Windows(eventTime, 1, 100, 1), 0)));
        for (int i = 0; i < events; i++) {
            request.set(i, firstSequence + i);
        }
        ByteBuffer sent = request.rewound().position(request.bodyStart());
        byte[] body = new byte[sent.remaining()];
        sent.get(body);
        return body;
    }
}

package dev.valora.ingest.http;

import dev.valora.ingest.Limits;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.RecordLayout;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates bodies that were received, bounded in what comes out and in the members it may come from. Stricter than the stream of
 * the JDK, which takes what follows the last member for nothing and calls itself anew for each member. One event loop, one body
 * at a time.
 */
final class GzipBody {

    /** Members that may follow each other (RFC 1952, section 2.2): whoever compresses each event for itself makes as many. */
    private static final int MEMBERS = Limits.REQUEST_EVENTS;

    private static final int TRAILER_BYTES = 8;

    /** Text of this kind shrinks to a quarter or less. */
    private static final int USUAL_RATIO = 4;

    private static final byte[] NOTHING = {};

    private final BodyBuffers buffers;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] oneMore = new byte[1];

    private byte[] plain = NOTHING;
    private int plainLength;

    /** @param buffers to inflate into */
    GzipBody(BodyBuffers buffers) {
        this.buffers = buffers;
    }

    /**
     * Hands the inflated bytes on; their array belongs to the pool again when this returns.
     *
     * @throws ProblemException 400 {@code malformed_gzip}, 413 when too much would come out, 503 when the pool has no room
     */
    void inflate(byte[] bytes, int length, BodyCollector.Sink sink) {
        plain = take((int) Math.min(Limits.REQUEST_BODY_BYTES, (long) USUAL_RATIO * length));
        plainLength = 0;
        try {
            int at = 0;
            for (int member = 0; at < length || member == 0; member++) {
                if (member == MEMBERS) {
                    throw malformed();
                }
                at = inflateMember(bytes, at, length);
            }
            sink.onBody(plain, plainLength);
        } finally {
            buffers.giveBack(plain);
            plain = NOTHING;
        }
    }

    /** Returns the offset behind the member. */
    private int inflateMember(byte[] bytes, int from, int length) {
        int data = GzipHeader.end(bytes, from, length);
        if (data == GzipHeader.NONE) {
            throw malformed();
        }
        int plainFrom = plainLength;
        inflater.reset();
        inflater.setInput(bytes, data, length - data);
        try {
            while (!inflater.finished()) {
                inflateSome();
            }
        } catch (DataFormatException malformed) {
            throw malformed();
        }
        int trailer = length - inflater.getRemaining();
        crc.reset();
        crc.update(plain, plainFrom, plainLength - plainFrom);
        if (inflater.getRemaining() < TRAILER_BYTES
                || RecordLayout.getInt(bytes, trailer) != (int) crc.getValue()
                || RecordLayout.getInt(bytes, trailer + Integer.BYTES) != plainLength - plainFrom) {
            throw malformed();
        }
        return trailer + TRAILER_BYTES;
    }

    private void inflateSome() throws DataFormatException {
        if (plainLength == Limits.REQUEST_BODY_BYTES) {
            // The end may still be to come, but no byte more.
            if (inflater.inflate(oneMore) > 0) {
                throw new ProblemException(Problems.bodyTooLarge(Limits.REQUEST_BODY_BYTES));
            }
        } else {
            if (plainLength == plain.length) {
                enlarge();
            }
            plainLength += inflater.inflate(
                    plain, plainLength, Math.min(plain.length, Limits.REQUEST_BODY_BYTES) - plainLength);
        }
        if (!inflater.finished() && (inflater.needsInput() || inflater.needsDictionary())) {
            throw malformed();
        }
    }

    private void enlarge() {
        byte[] larger = take(2 * plain.length);
        System.arraycopy(plain, 0, larger, 0, plainLength);
        buffers.giveBack(plain);
        plain = larger;
    }

    private byte[] take(int minBytes) {
        byte[] taken = buffers.take(minBytes);
        if (taken == null) {
            throw new ProblemException(Problems.overloaded());
        }
        return taken;
    }

    private static ProblemException malformed() {
        return new ProblemException(Problems.malformedGzip());
    }
}

package dev.valora.ingest.http;

import dev.valora.ingest.Limits;
import dev.valora.ingest.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Inflates a gzip body (RFC 1952) into a pooled array, and stops where it would grow beyond what a plain body may have: a bomb
 * costs no more than the largest body. Event loop.
 */
final class GzipBody {

    private static final int WINDOW_BYTES = 8 << 10;

    /** Text of this kind shrinks to a quarter or less. */
    private static final int USUAL_RATIO = 4;

    private GzipBody() {}

    /**
     * Hands the inflated bytes on; their array belongs to the pool again when this returns.
     *
     * @throws ProblemException 400 {@code malformed_gzip}, 413 when too much would come out, 503 when the pool has no room
     */
    static void inflate(BodyBuffers buffers, byte[] bytes, int length, BodyCollector.Sink sink) {
        byte[] plain = take(buffers, (int) Math.min(Limits.REQUEST_BODY_BYTES, (long) USUAL_RATIO * length));
        int plainLength = 0;
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(bytes, 0, length), WINDOW_BYTES)) {
            for (int read = 0; read >= 0; plainLength += Math.max(read, 0)) {
                if (plainLength > Limits.REQUEST_BODY_BYTES) {
                    throw new ProblemException(Problems.bodyTooLarge(Limits.REQUEST_BODY_BYTES));
                }
                if (plainLength == plain.length) {
                    plain = larger(buffers, plain);
                }
                read = stream.read(plain, plainLength, plain.length - plainLength);
            }
            sink.onBody(plain, plainLength);
        } catch (ZipException | EOFException malformed) {
            throw new ProblemException(Problems.malformedGzip());
        } catch (IOException impossible) {
            throw new UncheckedIOException("bytes in memory could not be read", impossible);
        } finally {
            buffers.giveBack(plain);
        }
    }

    private static byte[] larger(BodyBuffers buffers, byte[] full) {
        byte[] larger = take(buffers, 2 * full.length);
        System.arraycopy(full, 0, larger, 0, full.length);
        buffers.giveBack(full);
        return larger;
    }

    private static byte[] take(BodyBuffers buffers, int minBytes) {
        byte[] taken = buffers.take(minBytes);
        if (taken == null) {
            throw new ProblemException(Problems.overloaded());
        }
        return taken;
    }
}

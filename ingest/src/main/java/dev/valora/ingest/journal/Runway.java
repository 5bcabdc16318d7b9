package dev.valora.ingest.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The part of a data file that was filled with zeros before anything is written there. Two reasons: a write through a mapping
 * cannot be told that the disk is full, and a force that overwrites blocks is cheaper than one that must also record new ones.
 *
 * <p>Zeros are only ever written at or behind {@link #endBytes}, and data only before it: whoever appends checks that. Any
 * thread.
 */
final class Runway implements AutoCloseable {

    /**
     * Written a page at a time: the kernel keeps what was written at once together, and a commit of a few bytes would later
     * make it write all of that again.
     */
    private static final int PAGE_BYTES = 4_096;

    private static final ByteBuffer PAGE = ByteBuffer.allocateDirect(PAGE_BYTES).asReadOnlyBuffer();

    private final FileChannel channel;
    private final long stepBytes;
    private volatile long endBytes;

    private Runway(FileChannel channel, long stepBytes) {
        this.channel = channel;
        this.stepBytes = stepBytes;
    }

    /**
     * Begins a file that does not exist yet.
     *
     * @param stepBytes written at most while another who extends the same runway waits
     */
    static Runway create(Path file, long stepBytes) throws IOException {
        return new Runway(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), stepBytes);
    }

    /** Everything before this offset is on the disk's account. */
    long endBytes() {
        return endBytes;
    }

    /** Extends the runway to {@code bytes}, rounded up to pages. */
    void extendTo(long bytes) throws IOException {
        while (endBytes < bytes) {
            step(bytes);
        }
    }

    private synchronized void step(long bytes) throws IOException {
        long from = endBytes;
        long to = Math.min(bytes, from + stepBytes);
        long at = from;
        while (at < to) {
            at += channel.write(PAGE.duplicate(), at);
        }
        endBytes = at;
    }

    /** Returns when the zeros are on disk, and whatever else was written to the file. */
    void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

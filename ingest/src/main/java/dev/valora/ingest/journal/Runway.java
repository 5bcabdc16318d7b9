package dev.valora.ingest.journal;

import dev.valora.ingest.disk.LinuxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The part of a data file that is prepared before anything is written there, for two reasons. A write through a mapping cannot be
 * told that the disk is full, so the blocks are {@link #setApart} first. And a force that overwrites blocks is cheaper than one
 * that must also record that they are written now, so {@link #fill} writes zeros where small commits will come.
 *
 * <p>Zeros are never written before what was {@link #take taken}: whoever appends takes the place first. Any thread.
 */
final class Runway implements AutoCloseable {

    /**
     * Written a page at a time: the kernel keeps what was written at once together, and a commit of a few bytes would later
     * make it write all of that again.
     */
    static final int PAGE_BYTES = 4_096;

    /** Zeros written while one who takes a place waits. */
    private static final int PAGES_AT_ONCE = 16;

    private static final ByteBuffer PAGE = ByteBuffer.allocateDirect(PAGE_BYTES).asReadOnlyBuffer();

    private final FileChannel channel;
    private final LinuxFile blocks;

    /** Opened for itself, with a lock of its own: nobody who sets blocks apart waits while memory is given back. */
    private final LinuxFile memory;

    private volatile long endBytes;
    private volatile long filledBytes;
    private volatile long forgottenBytes;

    private Runway(FileChannel channel, LinuxFile blocks, LinuxFile memory) {
        this.channel = channel;
        this.blocks = blocks;
        this.memory = memory;
    }

    /** Begins a file that does not exist yet. */
    static Runway create(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        LinuxFile blocks = null;
        try {
            blocks = LinuxFile.open(file);
            return new Runway(channel, blocks, LinuxFile.open(file));
        } catch (IOException | RuntimeException | Error failed) {
            try (channel) {
                if (blocks != null) {
                    blocks.close();
                }
            }
            throw failed;
        }
    }

    /** Everything before this offset is on the disk's account. */
    long endBytes() {
        return endBytes;
    }

    /** Before this offset there are zeros on disk, or what was written there since. */
    long filledBytes() {
        return filledBytes;
    }

    /** Has everything before {@code bytes} on the disk's account; where the file system cannot promise that, by zeros. */
    void setApart(long bytes) throws IOException {
        if (endBytes < bytes) {
            setApartNow(bytes);
        }
    }

    private synchronized void setApartNow(long bytes) throws IOException {
        if (endBytes >= bytes) {
            return;
        }
        if (!blocks.setApart(endBytes, bytes - endBytes)) {
            while (filledBytes < bytes) {
                fillPages(bytes);
            }
        }
        endBytes = Math.max(bytes, filledBytes);
    }

    /** From now on no zeros are written before {@code bytes}. */
    void take(long bytes) {
        if (filledBytes < bytes) {
            synchronized (this) {
                filledBytes = Math.max(filledBytes, (bytes + PAGE_BYTES - 1) & -PAGE_BYTES);
            }
        }
    }

    /** Writes pages of zeros before {@code bytes}, as far as the place was set apart and not taken. */
    void fill(long bytes) throws IOException {
        long end = Math.min(bytes, endBytes) & -PAGE_BYTES;
        while (filledBytes < end) {
            fillPages(end);
        }
    }

    private synchronized void fillPages(long bytes) throws IOException {
        long at = filledBytes;
        long to = Math.min(bytes, at + PAGES_AT_ONCE * PAGE_BYTES);
        while (at < to) {
            at += channel.write(PAGE.duplicate(), at);
        }
        filledBytes = at;
    }

    /** Before this offset the system need not keep in memory what was written. */
    long forgottenBytes() {
        return forgottenBytes;
    }

    /** Lets the system use the memory that keeps so much more of the beginning, which is on disk, for something else. */
    void forget(long bytes) {
        synchronized (memory) {
            long from = forgottenBytes;
            memory.forget(from, bytes);
            forgottenBytes = from + bytes;
        }
    }

    /** Returns when what was prepared is on disk, and whatever else was written to the file. */
    void force() throws IOException {
        channel.force(false);
    }

    @Override
    public synchronized void close() throws IOException {
        try (channel;
                blocks) {
            synchronized (memory) {
                memory.close();
            }
        }
    }
}

package dev.valora.ingest.journal;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the runway of the file that is written long, and makes that of the next file, on a thread of its own; the writer
 * extends a runway itself only where that thread did not keep up. How far it goes ahead grows with what was written since the
 * start, so that a server with little to do leaves little behind. Zeros are written only while commits are small: for a large one
 * they would cost more than they spare, see decision 0020.
 *
 * <p>The thread touches no mapped memory and changes nothing that was written, but gives back the memory that keeps what was
 * written long ago; whatever goes wrong on it is tried again by the writer, who then learns it.
 */
final class RunwayKeeper implements AutoCloseable {

    /** The runway of the next file while nothing else is there of it. Of no value to another process. */
    static final String SPARE = "spare";

    private static final Logger LOG = LoggerFactory.getLogger(RunwayKeeper.class);

    /** Zeros are worth their writing for commits of at most so many bytes. */
    private static final long FILLED_COMMIT_BYTES = 64 << 10;

    /** Behind so much of what was written, the system need not keep it in memory: readers who follow are nearer than that. */
    private static final long KEPT_BYTES = 128 << 20;

    /** Given up at once; a millisecond's work, for which the writer may have to wait when it begins a new file. */
    private static final long FORGOTTEN_BYTES = 4 << 20;

    /** How many commits it takes about until another size counts as usual. */
    private static final int USUAL_OF_COMMITS = 16;

    private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path directory;
    private final JournalOptions options;
    private final Thread thread =
            Thread.ofPlatform().name("valora-journal-runway").daemon(true).unstarted(this::run);

    // The writer's thread.
    private long writtenBytes;
    private long usualCommitBytes;
    private boolean refusing;

    // Written by the writer's thread, read by the keeper's.
    private volatile @Nullable Runway current;
    private volatile long positionBytes;
    private volatile long roomBytes;
    private volatile boolean fills = true;
    private volatile boolean closed;

    // Written by the keeper's thread, read by the writer's.
    private volatile boolean waiting;

    // Guarded by this.
    private @Nullable Runway spare;

    RunwayKeeper(Path directory, JournalOptions options) {
        this.directory = directory;
        this.options = options;
        this.roomBytes = options.roomBytes(0);
    }

    /** Removes what another process left and begins to look ahead. */
    void start() throws IOException {
        Files.deleteIfExists(directory.resolve(SPARE));
        thread.start();
    }

    /**
     * Makes a file of zeros to become the current one.
     *
     * @param file in a directory that exists; may be renamed afterwards
     */
    synchronized void begin(Path file) throws IOException {
        Runway next = takeSpare();
        if (next == null) {
            next = Runway.create(file);
        } else {
            Files.move(directory.resolve(SPARE), file);
        }
        try {
            next.setApart(options.firstBytes());
            next.take(JournalOptions.BEGINNING_BYTES);
        } catch (Throwable t) {
            next.close();
            throw t;
        }
        Runway full = current;
        positionBytes = 0;
        current = next;
        if (full != null) {
            full.close();
        }
    }

    private synchronized @Nullable Runway takeSpare() {
        Runway taken = spare;
        spare = null;
        return taken;
    }

    /** So much of the current file is written; tells the keeper's thread where that matters. */
    void advanced(long endBytes) {
        long commitBytes = endBytes - positionBytes;
        usualCommitBytes += (commitBytes - usualCommitBytes) / USUAL_OF_COMMITS;
        fills = usualCommitBytes <= FILLED_COMMIT_BYTES;
        writtenBytes += commitBytes;
        positionBytes = endBytes;
        roomBytes = options.roomBytes(writtenBytes);
        if (waiting && hasWork()) {
            waiting = false;
            LockSupport.unpark(thread);
        }
    }

    /** Sees to it that the current file's runway reaches so far; false when the disk has no room for it. */
    boolean reserve(long bytes) {
        Runway runway = runway();
        if (runway.endBytes() >= bytes) {
            refusing = false;
            return true;
        }
        return grow(runway, bytes);
    }

    /** The same for the first bytes of the next file. */
    boolean reserveNext() {
        synchronized (this) {
            Runway made = spare;
            if (made != null && made.endBytes() >= options.firstBytes()) {
                return true;
            }
            try {
                return grow(made == null ? makeSpare() : made, options.firstBytes());
            } catch (IOException e) {
                return refuse(e.toString());
            }
        }
    }

    private boolean grow(Runway runway, long bytes) {
        long missing = Math.max(bytes - runway.endBytes(), options.stepBytes());
        if (!options.disk().allow(directory, missing)) {
            return refuse("it would leave less free than the hard limit");
        }
        try {
            runway.setApart(bytes);
            refusing = false;
            return true;
        } catch (IOException e) {
            // Nothing is lost and nothing is half done: nobody looks at what is ahead.
            return refuse(e.toString());
        }
    }

    private boolean refuse(String why) {
        if (!refusing) {
            LOG.error("The journal {} cannot grow: {}; nothing is accepted until it can.", directory, why);
        }
        refusing = true;
        return false;
    }

    /** The same as {@link #reserve} for who cannot go without, and no zeros are written there from now on. */
    void require(long bytes) throws IOException {
        Runway runway = runway();
        runway.setApart(bytes);
        runway.take(bytes);
    }

    /** Everything before this offset of the current file is on the disk's account. */
    long endBytes() {
        return runway().endBytes();
    }

    private Runway runway() {
        Runway runway = current;
        if (runway == null) {
            throw new IllegalStateException("no file was begun");
        }
        return runway;
    }

    private boolean hasWork() {
        Runway runway = current;
        return runway != null && (wantsLength(runway) || wantsZeros(runway) || wantsMemory(runway) || wantsSpare());
    }

    /** Whether memory is to be given back that the system would otherwise have to look for when the writer needs some. */
    private boolean wantsMemory(Runway runway) {
        return positionBytes - runway.forgottenBytes() >= KEPT_BYTES + FORGOTTEN_BYTES;
    }

    private boolean wantsLength(Runway runway) {
        return runway.endBytes() + roomBytes <= targetBytes();
    }

    private long targetBytes() {
        return Math.min(options.fileBytes(), positionBytes + options.aheadBytes(roomBytes));
    }

    private boolean wantsZeros(Runway runway) {
        return fills && runway.filledBytes() + options.stepBytes() <= zerosTargetBytes(runway);
    }

    private long zerosTargetBytes(Runway runway) {
        return Math.min(runway.endBytes(), positionBytes + options.zerosBytes());
    }

    private synchronized boolean wantsSpare() {
        Runway made = spare;
        return positionBytes > options.fileBytes() / 2 && (made == null || made.endBytes() < options.spareBytes());
    }

    private void run() {
        while (!closed) {
            try {
                if (step()) {
                    continue;
                }
                waiting = true;
                if (!hasWork() && !closed) {
                    LockSupport.park(this);
                }
                waiting = false;
            } catch (ClosedChannelException rolled) {
                LOG.debug("The file was left while it was prepared", rolled);
            } catch (IOException | RuntimeException | Error e) {
                LOG.warn("The journal {} cannot be prepared ahead: {}", directory, e.toString());
                LockSupport.parkNanos(this, PAUSE_AFTER_FAILURE_NANOS);
            }
        }
    }

    /** One step, with the force that it needs; false when nothing is to be done. */
    private boolean step() throws IOException {
        Runway runway = current;
        if (runway == null || !hasWork()) {
            return false;
        }
        if (!options.disk().allow(directory, 2 * options.stepBytes())) {
            LockSupport.parkNanos(this, PAUSE_AFTER_FAILURE_NANOS);
            return true;
        }
        if (wantsLength(runway)) {
            runway.setApart(asFarAsAllowed(runway, targetBytes()));
            // A large commit writes to blocks that hold no zeros, and so records what was set apart anyway. Zeros that
            // set it
            // apart are forced here: a full disk says so now, and not in a commit.
            if (fills || runway.filledBytes() >= runway.endBytes()) {
                runway.force();
            }
        } else if (wantsZeros(runway)) {
            runway.fill(runway.filledBytes() + options.stepBytes());
            runway.force();
        } else if (wantsMemory(runway)) {
            runway.forget(FORGOTTEN_BYTES);
        } else {
            extendSpare();
        }
        return true;
    }

    /** A step of one when the disk has no room for all of it, beside what must be left free. */
    private long asFarAsAllowed(Runway runway, long bytes) {
        long missing = bytes - runway.endBytes();
        return missing <= options.stepBytes() || options.disk().allow(directory, missing + options.stepBytes())
                ? bytes
                : runway.endBytes() + options.stepBytes();
    }

    private synchronized void extendSpare() throws IOException {
        if (!wantsSpare() || closed) {
            return;
        }
        Runway made = spare == null ? makeSpare() : spare;
        made.setApart(asFarAsAllowed(made, options.spareBytes()));
        made.force();
    }

    private synchronized Runway makeSpare() throws IOException {
        Files.deleteIfExists(directory.resolve(SPARE));
        Runway made = Runway.create(directory.resolve(SPARE));
        spare = made;
        return made;
    }

    /** Ends the thread and removes what was made for a file that did not come. */
    @Override
    public void close() throws IOException {
        closed = true;
        LockSupport.unpark(thread);
        joinThread();
        Runway last = current;
        if (last != null) {
            last.close();
        }
        Runway unused = takeSpare();
        if (unused != null) {
            unused.close();
            Files.deleteIfExists(directory.resolve(SPARE));
        }
    }

    private void joinThread() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

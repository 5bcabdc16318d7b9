package dev.valora.bench.crash;

import dev.valora.bench.server.ValoraServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server on a file system of its own that loses its power again and again, each time around a roll of its journal: it is
 * stopped, the device is copied as it is, and it goes on with the copy. One thread.
 */
final class PowerCutRun implements MortalServer<PowerCutImage> {

    private static final int DISK_MEBIBYTES = 8_192;
    private static final int BALLAST = 20;
    private static final int SENDERS = 40;
    private static final int ROLLS_MAX = 3;
    private static final Duration ROLL_AT_MOST = Duration.ofMinutes(3);

    /** A roll takes some milliseconds from the moment at which its directory can be seen. */
    private static final int AFTER_ROLL_MICROS_MAX = 20_000;

    private final Path home;
    private final Random random;
    private final ValoraServer server;
    private final JournalDirectory journal;
    private final BookedServer books;
    private int images;

    /** None between two copies. */
    private @Nullable LoopDisk disk;

    private PowerCutRun(Path home, Random random, ValoraServer server, LoopDisk disk, BookedServer books) {
        this.home = home;
        this.random = random;
        this.server = server;
        this.journal = new JournalDirectory(data(home).resolve("journal"));
        this.disk = disk;
        this.books = books;
    }

    private static Path mountPoint(Path home) {
        return home.resolve("mount");
    }

    private static Path data(Path home) {
        return mountPoint(home).resolve("data");
    }

    /**
     * Makes a file system and starts a server on it.
     *
     * @param home a directory for images and the mount
     * @param durability as the setting {@code ingest_durability}
     * @throws LoopDisk.CannotMountException when that is not possible here; nothing is left in the directory
     */
    static PowerCutRun start(Path home, String durability, long seed, InstantSource clock)
            throws IOException, InterruptedException {
        Random random = new Random(seed);
        LoopDisk disk = create(home);
        ValoraServer server = new ValoraServer(
                data(home),
                Map.of(
                        "VALORA_OPERATOR_KEY",
                        BookedServer.OPERATOR_KEY,
                        "VALORA_RATE_LIMITS",
                        "off",
                        "VALORA_JOURNAL_FILE_MIB",
                        "64",
                        "VALORA_INGEST_DURABILITY",
                        durability));
        try {
            server.start();
            BookedServer books = BookedServer.open(server, BALLAST, random.nextLong(), clock);
            return new PowerCutRun(home, random, server, disk, books);
        } catch (IOException | RuntimeException | InterruptedException e) {
            try (disk) {
                server.close();
            }
            throw e;
        }
    }

    private static LoopDisk create(Path home) throws IOException, InterruptedException {
        Files.createDirectory(mountPoint(home));
        try {
            return LoopDisk.create(home.resolve("image-0"), mountPoint(home), DISK_MEBIBYTES);
        } catch (LoopDisk.CannotMountException e) {
            Files.delete(mountPoint(home));
            throw e;
        }
    }

    /** The restart is on what the device held. */
    @Override
    public PowerCutImage die(boolean isLast) throws IOException, InterruptedException {
        long roll = journal.newest() + 1 + random.nextInt(ROLLS_MAX);
        long afterNanos = TimeUnit.MICROSECONDS.toNanos(random.nextInt(AFTER_ROLL_MICROS_MAX));
        JournalDirectory.State[] state = new JournalDirectory.State[1];
        long[] copiedBytes = new long[1];
        int inFlight = books.loadUntil(SENDERS, begun -> awaitRoll(roll, afterNanos, begun), () -> {
            server.freeze();
            try {
                copiedBytes[0] = disk().copyTo(home.resolve("image-" + (images + 1)));
                state[0] = journal.state();
            } finally {
                // Nothing else ends what is frozen.
                server.killWithDatabase();
            }
        });
        useCopy();
        return new PowerCutImage(state[0], copiedBytes[0], books.account(server, inFlight, isLast));
    }

    private void awaitRoll(long roll, long afterNanos, AtomicInteger requestsBegun) throws IOException {
        long giveUpNanos = System.nanoTime() + ROLL_AT_MOST.toNanos();
        while (journal.newest() < roll) {
            if (System.nanoTime() > giveUpNanos) {
                throw new IllegalStateException("journal file " + roll + " was not begun within " + ROLL_AT_MOST
                        + " and " + requestsBegun + " requests");
            }
            Thread.onSpinWait();
        }
        long untilNanos = System.nanoTime() + afterNanos;
        while (System.nanoTime() < untilNanos) {
            Thread.onSpinWait();
        }
    }

    /** What the page cache still had is forgotten with the old file system; the copy takes its place, and another copy is kept. */
    private void useCopy() throws IOException, InterruptedException {
        unmount();
        Files.delete(home.resolve("image-" + images));
        images++;
        LoopDisk.copySparsely(home.resolve("image-" + images), evidence());
        disk = LoopDisk.mount(home.resolve("image-" + images), mountPoint(home));
    }

    /** The last power cut's image as it was before anything was started on it; kept until the next. */
    private Path evidence() {
        return home.resolve("cut");
    }

    private LoopDisk disk() {
        if (disk == null) {
            throw new IllegalStateException("nothing is mounted");
        }
        return disk;
    }

    private void unmount() {
        LoopDisk mounted = disk;
        disk = null;
        if (mounted != null) {
            mounted.close();
        }
    }

    /** Reads the whole journal, too. */
    @Override
    public void stop() throws InterruptedException {
        int status = server.stop();
        if (status != 0 || !journal.inspect().isWhole()) {
            throw new IllegalStateException("it ended with status " + status + " and the journal says "
                    + journal.inspect() + "\n" + server.process().lastLines());
        }
    }

    /** Ends the server and unmounts; the last image stays where it is, as {@code cut} and as the server left it. */
    @Override
    public void close() {
        try {
            books.close();
            server.close();
        } finally {
            unmount();
        }
    }
}

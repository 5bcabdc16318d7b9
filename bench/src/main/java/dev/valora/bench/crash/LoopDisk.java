package dev.valora.bench.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.bench.server.AtExit;
import dev.valora.bench.server.SystemCommand;
import dev.valora.bench.server.SystemCommand.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An ext4 file system in a file, mounted through a loop device: a disk of its own, whose contents can be copied as they are at a
 * moment. Needs root. One thread; closing it unmounts, once, and ending this program does too.
 *
 * <p>The file behind the loop device holds what the file system has sent to its device. What was written and not forced is in the
 * page cache of the mounted file system and not in the file, unless the kernel wrote it back by itself. So a copy of the file is
 * what a power cut leaves on a drive that keeps everything it was sent: forced data is there, and the rest mostly is not. The file
 * system commits its own journal only when it is asked to or after minutes, so that names and sizes that nobody forced are not
 * there by chance.
 */
final class LoopDisk implements AutoCloseable {

    private static final String OPTIONS = "loop,noatime,commit=300";
    private static final Duration COMMAND_TIMEOUT = Duration.ofMinutes(5);
    private static final int UNMOUNT_ATTEMPTS = 20;
    private static final int QUIET_ATTEMPTS = 100;
    private static final int COPY_ATTEMPTS = 10;
    private static final long PAUSE_MILLIS = 50;

    /**
     * What a block device has to do with writing.
     *
     * @param writes done, {@code sectors} of them
     * @param inFlight requests on their way
     * @param forces done
     */
    private record Writing(long writes, long sectors, long inFlight, long forces) {}

    private final Path image;
    private final Path mountPoint;
    private final Path statistics;
    private final AtExit atExit;

    private LoopDisk(Path image, Path mountPoint, Path statistics) {
        this.image = image;
        this.mountPoint = mountPoint;
        this.statistics = statistics;
        this.atExit = AtExit.run("unmount", () -> unmountLazily(mountPoint));
    }

    /** The system does not allow what is needed here. */
    static final class CannotMountException extends RuntimeException {
        CannotMountException(Throwable cause) {
            super(
                    "A file system in a file cannot be used here; that needs root, loop devices and the programs of e2fsprogs and"
                            + " util-linux. " + cause.getMessage(),
                    cause);
        }
    }

    /**
     * Makes an empty file system and mounts it.
     *
     * @param image the file to be made; it takes only the room that is used
     * @throws CannotMountException when this system does not allow it; there is no file then
     */
    static LoopDisk create(Path image, Path mountPoint, int mebibytes) throws IOException, InterruptedException {
        try {
            require(List.of("truncate", "-s", mebibytes + "M", image.toString()));
            require(List.of("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image.toString()));
            return mount(image, mountPoint);
        } catch (IllegalStateException e) {
            Files.deleteIfExists(image);
            throw new CannotMountException(e);
        }
    }

    /**
     * Mounts the file system in a file, which may need its journal replayed.
     *
     * @throws IllegalStateException when that fails
     */
    static LoopDisk mount(Path image, Path mountPoint) throws InterruptedException {
        require(List.of("mount", "-o", OPTIONS, image.toString(), mountPoint.toString()));
        try {
            String device = require(List.of("findmnt", "-n", "-o", "SOURCE", mountPoint.toString()))
                    .strip();
            return new LoopDisk(image, mountPoint, Path.of("/sys/block", device.replace("/dev/", ""), "stat"));
        } catch (RuntimeException | InterruptedException e) {
            unmountLazily(mountPoint);
            throw e;
        }
    }

    /**
     * Copies what the device holds. Whoever writes must have been stopped. A copy takes a while, and a file system does not write
     * in one piece; so the copy counts only if nothing at all was written to the device from its begin to its end.
     *
     * @return bytes of the copy on disk
     */
    long copyTo(Path copy) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < COPY_ATTEMPTS; attempt++) {
            Writing before = quiet();
            copySparsely(image, copy);
            if (before.equals(writing())) {
                return Long.parseLong(require(List.of("stat", "-c", "%b", copy.toString()))
                                .strip())
                        * 512;
            }
        }
        throw new IllegalStateException("the device was written to during each of " + COPY_ATTEMPTS + " copies");
    }

    /** Copies a file without taking room for its zeros. */
    static void copySparsely(Path file, Path copy) throws InterruptedException {
        require(List.of("cp", "--sparse=always", file.toString(), copy.toString()));
    }

    /** What was written when nothing is on its way. */
    private Writing quiet() throws IOException, InterruptedException {
        Writing before = writing();
        for (int attempt = 0; attempt < QUIET_ATTEMPTS; attempt++) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            Writing now = writing();
            if (now.equals(before) && now.inFlight == 0) {
                return now;
            }
            before = now;
        }
        throw new IllegalStateException("the device is still being written to");
    }

    private Writing writing() throws IOException {
        long[] fields = Arrays.stream(
                        Files.readString(statistics, UTF_8).strip().split(" +", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        return new Writing(fields[4], fields[6], fields[8], fields[15]);
    }

    /**
     * Unmounts; everything in it must be closed.
     *
     * @throws IllegalStateException when it is still in use; it is gone when that ends
     */
    @Override
    public void close() {
        // Whoever is interrupted closes what it has, too.
        boolean interrupted = Thread.interrupted();
        try {
            unmount();
        } catch (InterruptedException e) {
            interrupted = true;
            unmountLazily(mountPoint);
        } finally {
            atExit.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void unmount() throws InterruptedException {
        List<String> command = List.of("umount", mountPoint.toString());
        Ended ended = SystemCommand.run(command, COMMAND_TIMEOUT);
        for (int attempt = 1; !ended.isWell() && attempt < UNMOUNT_ATTEMPTS; attempt++) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            ended = SystemCommand.run(command, COMMAND_TIMEOUT);
        }
        if (!ended.isWell()) {
            unmountLazily(mountPoint);
            throw new IllegalStateException(mountPoint + " is still in use: " + ended.output());
        }
    }

    /** Out of the tree at once, and for good when nobody uses it any more. */
    private static void unmountLazily(Path mountPoint) {
        try {
            SystemCommand.run(List.of("umount", "-l", mountPoint.toString()), COMMAND_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String require(List<String> command) throws InterruptedException {
        Ended ended = SystemCommand.run(command, COMMAND_TIMEOUT);
        if (!ended.isWell()) {
            throw new IllegalStateException("`" + String.join(" ", command) + "` says: "
                    + ended.output().strip());
        }
        return ended.output();
    }
}

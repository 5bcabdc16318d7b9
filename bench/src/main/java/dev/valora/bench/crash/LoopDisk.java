package dev.valora.bench.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * An ext4 file system in a file, mounted through a loop device: a disk of its own, whose contents can be copied as they are at a
 * moment. Needs root. One thread; closing it unmounts, and ending this program does too.
 *
 * <p>The file behind the loop device holds what the file system has sent to its device. What was written and not forced is in the
 * page cache of the mounted file system and not in the file, unless the kernel wrote it back by itself. So a copy of the file is
 * what a power cut leaves on a drive that keeps everything it was sent: forced data is there, and the rest mostly is not. The file
 * system commits its own journal only when it is asked to or after minutes, so that names and sizes that nobody forced are not
 * there by chance.
 */
final class LoopDisk implements AutoCloseable {

    private static final String OPTIONS = "loop,noatime,commit=300";
    private static final Duration COMMAND_TIMEOUT = Duration.ofMinutes(2);
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
    private final Thread hook;

    private LoopDisk(Path image, Path mountPoint, Path statistics) {
        this.image = image;
        this.mountPoint = mountPoint;
        this.statistics = statistics;
        this.hook = Thread.ofPlatform()
                .name("unmount")
                .unstarted(() -> run(List.of("umount", "-l", mountPoint.toString())));
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** What a command of the system came to. */
    private record Ended(int status, String output) {}

    /** The system cannot mount here. */
    static final class CannotMountException extends RuntimeException {
        CannotMountException(String message) {
            super(message);
        }
    }

    /**
     * Makes an empty file system and mounts it.
     *
     * @param image the file to be made; it takes only the room that is used
     * @throws CannotMountException when this system does not allow it
     */
    static LoopDisk create(Path image, Path mountPoint, int mebibytes) {
        require(List.of("truncate", "-s", mebibytes + "M", image.toString()));
        require(List.of("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", image.toString()));
        return mount(image, mountPoint);
    }

    /** Mounts the file system in a file, which may need its journal replayed. */
    static LoopDisk mount(Path image, Path mountPoint) {
        require(List.of("mount", "-o", OPTIONS, image.toString(), mountPoint.toString()));
        try {
            String device = require(List.of("findmnt", "-n", "-o", "SOURCE", mountPoint.toString()))
                    .strip();
            return new LoopDisk(image, mountPoint, Path.of("/sys/block", device.replace("/dev/", ""), "stat"));
        } catch (RuntimeException e) {
            run(List.of("umount", mountPoint.toString()));
            throw e;
        }
    }

    /** Where it is mounted. */
    Path mountPoint() {
        return mountPoint;
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
    static void copySparsely(Path file, Path copy) {
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

    /** Unmounts; everything in it must be closed. */
    @Override
    public void close() {
        Ended ended = new Ended(0, "");
        for (int attempt = 0; attempt < UNMOUNT_ATTEMPTS; attempt++) {
            ended = run(List.of("umount", mountPoint.toString()));
            if (ended.status == 0) {
                forget();
                return;
            }
            pause();
        }
        run(List.of("umount", "-l", mountPoint.toString()));
        forget();
        throw new IllegalStateException(mountPoint + " is still in use: " + ended.output);
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // This program is ending, and the hook does the same once more.
            Thread.onSpinWait();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String require(List<String> command) {
        Ended ended = run(command);
        if (ended.status != 0) {
            throw new CannotMountException(String.format(
                    Locale.ROOT,
                    "A file system in a file cannot be used here; that needs root, loop devices and the programs of"
                            + " e2fsprogs and util-linux. `%s` says: %s",
                    String.join(" ", command),
                    ended.output.strip()));
        }
        return ended.output;
    }

    private static Ended run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(COMMAND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return new Ended(-1, output + "(no end within " + COMMAND_TIMEOUT + ")");
            }
            return new Ended(process.exitValue(), output);
        } catch (IOException e) {
            return new Ended(-1, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Ended(-1, "interrupted");
        }
    }
}

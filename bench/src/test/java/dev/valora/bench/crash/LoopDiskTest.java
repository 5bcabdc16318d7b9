package dev.valora.bench.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real file system in a file where that is allowed, and what is said where it is not. */
@Timeout(120)
final class LoopDiskTest {

    private static final int MEBIBYTES = 32;

    @TempDir
    private Path directory = Path.of("");

    private LoopDisk create(Path image, Path mountPoint) throws IOException, InterruptedException {
        Files.createDirectory(mountPoint);
        try {
            return LoopDisk.create(image, mountPoint, MEBIBYTES);
        } catch (LoopDisk.CannotMountException notHere) {
            return abort(notHere.getMessage());
        }
    }

    @Test
    void shouldKeepWhatWasWrittenInTheFile() throws Exception {
        Path image = directory.resolve("image");
        Path mountPoint = directory.resolve("mount");
        try (LoopDisk disk = create(image, mountPoint)) {
            Files.writeString(mountPoint.resolve("kept"), "here");
            assertTrue(disk.copyTo(directory.resolve("copy")) > 0, "a copy takes room");
        }
        assertFalse(Files.exists(mountPoint.resolve("kept")), "it is not mounted any more");
        LoopDisk again = LoopDisk.mount(image, mountPoint);
        assertEquals("here", Files.readString(mountPoint.resolve("kept")));
        again.close();
    }

    @Test
    void shouldUnmountForOneWhoIsInterrupted() throws Exception {
        Path mountPoint = directory.resolve("mount");
        LoopDisk disk = create(directory.resolve("image"), mountPoint);
        Files.createFile(mountPoint.resolve("there"));
        Thread.currentThread().interrupt();
        disk.close();
        assertTrue(Thread.interrupted(), "the interrupt is not swallowed");
        assertFalse(Files.exists(mountPoint.resolve("there")), "it is not mounted any more");
    }

    /** What a power cut left may be exactly this; it is no sign that nothing can be mounted here. */
    @Test
    void shouldNotCallAnImageThatIsDamagedASystemThatCannotMount() throws Exception {
        Path image = directory.resolve("image");
        Path mountPoint = directory.resolve("mount");
        create(image, mountPoint).close();
        Files.write(image, new byte[MEBIBYTES << 20]);
        IllegalStateException damaged =
                assertThrows(IllegalStateException.class, () -> LoopDisk.mount(image, mountPoint));
        assertTrue(String.valueOf(damaged.getMessage()).startsWith("`mount "), damaged::getMessage);
        assertTrue(Files.exists(image), "the image stays");
    }

    @Test
    void shouldSayThatNothingCanBeMountedAndLeaveNoFile() throws IOException {
        Path image = directory.resolve("image");
        // There is no such mount point.
        assertThrows(
                LoopDisk.CannotMountException.class,
                () -> LoopDisk.create(image, directory.resolve("nowhere"), MEBIBYTES));
        assertFalse(Files.exists(image), "the file is removed");
    }
}

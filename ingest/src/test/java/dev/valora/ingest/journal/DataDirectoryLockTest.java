package dev.valora.ingest.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryLockTest {

    @TempDir
    Path parent;

    @Test
    void shouldWriteDownWhoHoldsIt() throws IOException {
        Path directory = parent.resolve("a/b");
        try (DataDirectoryLock lock = DataDirectoryLock.acquire(directory)) {
            assertNotNull(lock);
            String text = Files.readString(directory.resolve(DataDirectoryLock.FILE_NAME));
            assertTrue(text.matches("pid=" + ProcessHandle.current().pid() + "\nboot_id=[0-9a-f-]{36}\n"), text);
        }
    }

    @Test
    void shouldRefuseASecondHolderInThisProcessAndKeepTheFirst() throws Exception {
        try (DataDirectoryLock lock = DataDirectoryLock.acquire(parent)) {
            assertNotNull(lock);
            String message = refusal(parent);
            assertEquals(
                    "The data directory " + parent.toRealPath() + " is in use by process "
                            + ProcessHandle.current().pid() + "; only one server may use it.",
                    message);
            Process other = ChildProcess.start(LockHolderProcess.class, parent);
            String errors = new String(other.getErrorStream().readAllBytes(), UTF_8);
            assertTrue(errors.contains(message), errors);
            assertTrue(other.waitFor(30, TimeUnit.SECONDS));
            assertEquals(1, other.exitValue());
        }
        DataDirectoryLock.acquire(parent).close();
    }

    @Test
    void shouldNameTheProcessThatHoldsItAndBeFreeWhenThatIsKilled() throws Exception {
        Process other = ChildProcess.start(LockHolderProcess.class, parent);
        try {
            assertTrue(other.inputReader().readLine().startsWith("holding"));
            String message = refusal(parent);
            assertTrue(message.contains(" in use by process " + other.pid() + ";"), message);
        } finally {
            other.destroyForcibly().waitFor();
        }
        DataDirectoryLock.acquire(parent).close();
    }

    @Test
    void shouldSayWhenTheDirectoryCannotBeWritten() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");
        for (Path directory : new Path[] {file, file.resolve("below"), Path.of("/proc/self/valora")}) {
            String message = refusal(directory);
            assertTrue(message.startsWith("The data directory " + directory + " cannot be written ("), message);
        }
    }

    private static String refusal(Path directory) {
        return String.valueOf(assertThrows(DataDirectoryException.class, () -> DataDirectoryLock.acquire(directory))
                .getMessage());
    }
}

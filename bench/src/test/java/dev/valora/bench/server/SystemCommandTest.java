package dev.valora.bench.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that end, and those that would not. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SystemCommandTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path directory = Path.of("");

    private static SystemCommand.Ended run(String script, Duration atMost) throws InterruptedException {
        return SystemCommand.run(List.of("sh", "-c", script), atMost);
    }

    @Test
    void shouldTellStatusAndOutput() throws InterruptedException {
        assertEquals(new SystemCommand.Ended(0, "out\n"), run("echo out", LONG));
        assertEquals(new SystemCommand.Ended(3, "wrong\n"), run("echo wrong >&2; exit 3", LONG));
        assertFalse(SystemCommand.run(List.of("/no/such/program"), LONG).isWell());
    }

    @Test
    void shouldReadMoreThanAPipeHolds() throws InterruptedException {
        assertEquals(1_000_000, run("head -c 1000000 /dev/zero", LONG).output().length());
    }

    @Test
    void shouldKillAProgramThatDoesNotEndInTime() throws Exception {
        Path ids = directory.resolve("ids");
        SystemCommand.Ended ended =
                run("sleep 600 & echo $$ $! > " + ids + "; echo begun; wait", Duration.ofSeconds(2));

        assertEquals(new SystemCommand.Ended(SystemCommand.NO_STATUS, "no end within PT2S"), ended);
        expectGone(ids);
    }

    private static void expectGone(Path ids) throws Exception {
        for (String id : Files.readString(ids).strip().split(" ", -1)) {
            Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(id));
            if (process.isPresent()) {
                process.get().onExit().get(20, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void shouldNotWaitForWhatAProgramLeavesRunning() throws Exception {
        Path id = directory.resolve("id");
        SystemCommand.Ended ended = run("sleep 600 & echo $! > " + id, LONG);
        assertTrue(ended.isWell(), ended::toString);
        ProcessHandle.of(Long.parseLong(Files.readString(id).strip())).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void shouldKillItsProgramWhenItIsInterrupted() throws Exception {
        Path ids = directory.resolve("ids");
        CompletableFuture<SystemCommand.Ended> ended = new CompletableFuture<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                ended.complete(run("sleep 600 & echo $$ $! > " + ids + "; wait", LONG));
            } catch (InterruptedException e) {
                ended.completeExceptionally(e);
            }
        });
        await().atMost(LONG)
                .until(() -> Files.exists(ids) && Files.readString(ids).endsWith("\n"));
        caller.interrupt();

        ExecutionException interrupted = assertThrows(ExecutionException.class, () -> ended.get(20, TimeUnit.SECONDS));
        assertInstanceOf(InterruptedException.class, interrupted.getCause());
        expectGone(ids);
    }
}

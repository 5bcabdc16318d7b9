package dev.valora.bench.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes with a child of their own, and programs that end while they have such a process, or a database that was left. */
@Timeout(240)
final class ReadyProcessTest {

    private static final Duration READY_TIMEOUT = Duration.ofMinutes(3);

    /** Says its own id and that of its child, which would go on for ten minutes. */
    private static final List<String> WITH_CHILD = List.of("sh", "-c", "sleep 600 & echo ready $$ $!; wait");

    /** A program that starts such a process, says what it said, and waits to be ended. */
    static final class Parent {

        private Parent() {}

        public static void main(String[] arguments) throws InterruptedException {
            ReadyProcess process = start(WITH_CHILD);
            System.out.println(process.readyLine());
            Thread.currentThread().join();
        }
    }

    /** A program that kills a server, which leaves its PostgreSQL running, and waits to be ended. */
    static final class KillingParent {

        private KillingParent() {}

        public static void main(String[] arguments) throws InterruptedException {
            ValoraServer server = new ValoraServer(Path.of(arguments[0]), Map.of());
            server.start();
            server.kill();
            System.out.println("ready to be ended");
            Thread.currentThread().join();
        }
    }

    private static ReadyProcess program(Class<?> main, String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return start(command);
    }

    private static ReadyProcess start(List<String> command) throws InterruptedException {
        return ReadyProcess.start(command, Map.of(), Path.of("").toAbsolutePath(), READY_TIMEOUT);
    }

    @Test
    void shouldEndAProcessAndItsChildrenWhenThisProgramEnds() throws InterruptedException {
        List<ProcessHandle> left;
        try (ReadyProcess parent = program(Parent.class)) {
            left = named(parent);
            assertTrue(left.stream().allMatch(ProcessHandle::isAlive), "they run");

            parent.stop();
        }
        expectAllGone(left);
    }

    @Test
    void shouldEndTheDatabaseOfAKilledServerWhenThisProgramEnds(@TempDir Path directory) throws InterruptedException {
        Path data = directory.resolve("data");
        try (ReadyProcess parent = program(KillingParent.class, data.toString())) {
            assertEquals(1, LeftDatabases.running(data).size(), "its PostgreSQL outlived it");
            parent.stop();
        }
        assertEquals(List.of(), LeftDatabases.running(data));
    }

    @Test
    void shouldKillAProcessWithItsChildren() throws InterruptedException {
        try (ReadyProcess process = start(WITH_CHILD)) {
            List<ProcessHandle> all = named(process);
            process.killWithChildren();
            expectAllGone(all);
        }
    }

    @Test
    void shouldLeaveTheChildrenOfAProcessThatIsKilledAlone() throws InterruptedException {
        try (ReadyProcess process = start(WITH_CHILD)) {
            ProcessHandle child = named(process).getLast();
            process.kill();
            assertFalse(process.isAlive());
            assertTrue(child.isAlive(), "its child runs");
            child.destroyForcibly();
        }
    }

    @Test
    void shouldTellTheLastLinesOfAProcessThatEndsBeforeItIsReady() {
        IllegalStateException ended =
                assertThrows(IllegalStateException.class, () -> start(List.of("sh", "-c", "echo out of luck; exit 3")));
        assertTrue(String.valueOf(ended.getMessage()).endsWith("out of luck"), ended::getMessage);
    }

    /** The process and its child, as its ready line names them. */
    private static List<ProcessHandle> named(ReadyProcess process) {
        List<ProcessHandle> all = Arrays.stream(process.readyLine().split(" ", -1))
                .skip(1)
                .map(id -> ProcessHandle.of(Long.parseLong(id)).orElseThrow())
                .toList();
        assertEquals(2, all.size(), process::readyLine);
        return all;
    }

    private static void expectAllGone(List<ProcessHandle> all) {
        await().atMost(Duration.ofSeconds(20)).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }
}

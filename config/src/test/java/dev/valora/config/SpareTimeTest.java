package dev.valora.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.Agent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringTokenizer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpareTimeTest {

    /** Counted from the state, which follows the name: proc_pid_stat(5), fields 3 and 41. */
    private static final int POLICY = 41 - 3;

    /** Tells, by the kernel's word, how its thread is scheduled. */
    private record Scheduled(boolean givesWay, CompletableFuture<String> policy) implements Agent {

        @Override
        public String roleName() {
            return "scheduled";
        }

        @Override
        public int doWork() throws IOException {
            String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            StringTokenizer fields = new StringTokenizer(stat.substring(stat.lastIndexOf(')') + 1));
            for (int i = 0; i < POLICY; i++) {
                fields.nextToken();
            }
            policy.complete(fields.nextToken());
            return 0;
        }

        @Override
        public void idle(long maxNanos) {
            LockSupport.parkNanos(this, maxNanos);
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @ParameterizedTest
    @CsvSource({
        "6.4.0, true",
        "6.18.44-x, true",
        "7.0, true",
        "10.1.2, true",
        "6.3.99, false",
        "5.15.0-91-generic, false",
        "6, false",
        "Darwin, false"
    })
    void shouldBeUsedWhereNobodyWaitsForAPage(String kernel, boolean used) {
        assertEquals(used, SpareTime.findsPagesAlone(kernel));
    }

    @ParameterizedTest
    @CsvSource({"true, 5", "false, 0"})
    void shouldBeWhatIsLeftToAnAgentThatGivesWay(boolean givesWay, String policy) throws Exception {
        Scheduled agent = new Scheduled(givesWay, new CompletableFuture<>());
        AgentRunner runner =
                new AgentRunner(agent, (role, thrown) -> agent.policy().completeExceptionally(thrown)).start();
        assertEquals(policy, agent.policy().get());
        runner.stop();
        assertTrue(runner.isAlive());
    }
}

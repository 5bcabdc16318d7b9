package dev.valora.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo as a newcomer runs it, in a process of its own, with a place for temporary files that can be looked through. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class DemoTest {

    private static final int TERMINATED = 128 + 15;

    /** What the three customers owe for the usage of 3,000 events: the same in every run. */
    private static final String TOTAL = "1,189.21";

    @TempDir
    private Path directory = Path.of("");

    private Path temporary = Path.of("");

    @BeforeEach
    void makeRoom() throws IOException {
        temporary = Files.createDirectory(directory.resolve("temporary"));
    }

    @Test
    void shouldBillAMonthAndLeaveOnlyThePage() throws Exception {
        ServerProcess demo = run("--customers", "3", "--events", "3000");
        String output = demo.output();
        assertEquals(0, demo.exitCode(), demo.errors());
        for (String figure : List.of(
                "accepted    3,000 events",
                "duplicates  60 events sent again, none counted twice",
                "finalized   6: 3 opening (base fee in advance), 3 for January",
                "equal       for each of 3 customers; every invoice verified",
                "content hash ",
                "February    3 of the events",
                "tier 3 ")) {
            assertTrue(output.contains(figure), figure + " is not in\n" + output);
        }
        assertTrue(output.contains("invoices    " + TOTAL + " as the server says"), output);
        assertTrue(output.contains("events      " + TOTAL + " computed here"), output);
        List<Path> left = leftBehind();
        assertEquals(1, left.size(), left.toString());
        assertTrue(output.contains("  " + left.getFirst() + "\n"), output);
        String page = Files.readString(left.getFirst());
        assertTrue(page.contains("<html") && page.contains("API calls"), page);
        assertEquals(List.of(), stillRunning());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Starting", "Posting"})
    void shouldCleanUpWhenItIsToldToStop(String step) throws Exception {
        ServerProcess demo = run("--html", directory.resolve("page.html").toString());
        Awaitility.await().atMost(2, TimeUnit.MINUTES).until(() -> demo.errors().contains(step));
        demo.terminate();
        assertEquals(TERMINATED, demo.exitCode(), demo.errors());
        assertEquals(List.of(), leftBehind());
        assertEquals(List.of(), stillRunning());
        assertFalse(Files.exists(directory.resolve("page.html")));
        assertTrue(demo.errors().strip().endsWith("…"), demo.errors());
    }

    @Test
    void shouldSayInOneSentenceWhatItRefuses() throws Exception {
        assertRefused("--customers takes 1 to 1000, not 0.", "--customers", "0");
        assertRefused("--events takes 1 to 1000000, not 1000001.", "--events", "1000001");
        assertRefused("The demo takes no settings; leave --config out.", "--config", "valora.yaml");
        Path nowhere = directory.resolve("nowhere").resolve("page.html");
        assertRefused("The page cannot be written to " + nowhere + ".", "--html", nowhere.toString());
    }

    private void assertRefused(String sentence, String... options) throws Exception {
        ServerProcess demo = run(options);
        assertEquals(ExitCode.SETTINGS.number(), demo.exitCode(), demo.errors());
        assertEquals(List.of(sentence), said(demo));
        assertEquals(List.of(), leftBehind());
    }

    private ServerProcess run(String... options) throws IOException {
        String[] arguments =
                Stream.concat(Stream.of("demo"), Stream.of(options)).toArray(String[]::new);
        return ServerProcess.run(directory, Map.of("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary), arguments);
    }

    /** Without what the JVM says of its options. */
    private static List<String> said(ServerProcess demo) throws IOException {
        return demo.errors()
                .lines()
                .filter(line -> !line.startsWith("NOTE: Picked up"))
                .toList();
    }

    private List<Path> leftBehind() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> !String.valueOf(file.getFileName()).startsWith("hsperfdata"))
                    .toList();
        }
    }

    private List<String> stillRunning() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(command -> command.contains(temporary.toString()))
                .toList();
    }
}

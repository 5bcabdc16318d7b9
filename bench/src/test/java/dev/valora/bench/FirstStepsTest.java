package dev.valora.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.bench.server.Distribution;
import dev.valora.bench.server.ValoraServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's first steps, as they stand there. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class FirstStepsTest {

    private static final long SCRIPT_SECONDS = 60;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldLeadANewcomerFromAnOrganizationToAnInvoice() throws Exception {
        FirstSteps steps =
                FirstSteps.in(Files.readString(Distribution.sourceRoot().resolve("README.md")));
        // As the README says: the key is generated into the data directory below the working directory.
        Path data = directory.resolve(steps.settings().getOrDefault("VALORA_DATA_DIR", "valora-data"));
        try (ValoraServer server = new ValoraServer(data, steps.settings())) {
            server.start();
            Path output = directory.resolve("output.txt");
            int status = run(steps.script(), server, output);

            String said = Files.readString(output);
            assertEquals(0, status, said);
            for (String fragment : steps.shown()) {
                assertTrue(isShown(fragment, said), () -> "no " + fragment + " in:\n" + said);
            }
            String page = Files.readString(directory.resolve("invoice.html"));
            assertTrue(page.startsWith("<!doctype html>") && page.contains("50.10"), page);
        }
    }

    @Test
    void shouldRefuseAReadmeWithoutTheBlockOrWithoutWhatItShows() {
        String server =
                "<!-- first-steps-server -->\n```sh\nVALORA_CLOCK=manual VALORA_DATA_DIR=d config/bin/valora serve\n```\n";
        String block = "<!-- first-steps -->\n```sh\ntrue\n\nfalse\n```\n\nIt shows `x`\nand `y`.\n\nNot `z`.";
        assertThrows(AssertionError.class, () -> FirstSteps.in(block));
        assertThrows(AssertionError.class, () -> FirstSteps.in(server + "```sh\ntrue\n```\nIt shows `x`.\n"));
        assertThrows(
                AssertionError.class,
                () -> FirstSteps.in(server + "<!-- first-steps -->\n```sh\ntrue\n```\n\nNothing.\n"));
        assertEquals(
                new FirstSteps(
                        Map.of("VALORA_CLOCK", "manual", "VALORA_DATA_DIR", "d"), "true\n\nfalse", List.of("x", "y")),
                FirstSteps.in(server + block));
    }

    /** Said by the block's output, or the name of a file that it left. */
    private boolean isShown(String fragment, String said) {
        return said.contains(fragment) || Files.isRegularFile(directory.resolve(fragment));
    }

    /** Runs the whole block in one shell that stops at the first command that fails. */
    private int run(String script, ValoraServer server, Path output) throws IOException, InterruptedException {
        Path file = directory.resolve("first-steps.sh");
        Files.writeString(file, script + "\n", UTF_8);
        ProcessBuilder shell = new ProcessBuilder("sh", "-eu", file.toString()).directory(directory.toFile());
        shell.redirectErrorStream(true).redirectOutput(output.toFile());
        shell.environment().put("VALORA", server.address().toString());
        shell.environment().remove("OPERATOR_KEY");
        Process process = shell.start();
        if (!process.waitFor(SCRIPT_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            throw new AssertionError("the first steps took more than " + SCRIPT_SECONDS + " s");
        }
        return process.exitValue();
    }
}

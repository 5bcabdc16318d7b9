package dev.valora.ingest.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a JVM of its own can show. */
final class JournalProcessTest {

    @TempDir
    Path parent;

    @Test
    void shouldNameTheFlagWithoutWhichChronicleOnlyReads() throws Exception {
        Process writer = ChildProcess.command(
                        JournalWriterProcess.class, parent.resolve("journal"), flag -> !flag.contains("sun.nio.ch"))
                .start();
        String errors = text(writer);
        assertTrue(writer.waitFor(30, TimeUnit.SECONDS));
        assertEquals(1, writer.exitValue());
        assertTrue(errors.contains("without --add-exports=java.base/sun.nio.ch=ALL-UNNAMED"), errors);
    }

    @Test
    void shouldWriteNowhereButIntoItsDirectory() throws Exception {
        Path elsewhere = Files.createDirectory(parent.resolve("elsewhere"));
        ProcessBuilder command =
                ChildProcess.command(JournalWriterProcess.class, parent.resolve("journal"), flag -> true);
        command.command().addAll(1, List.of("-Duser.home=" + elsewhere, "-Djava.io.tmpdir=" + elsewhere));
        Process writer = command.directory(elsewhere.toFile()).start();
        try (BufferedReader lines = writer.inputReader()) {
            assertNotNull(lines.readLine());
            assertNotNull(lines.readLine());
            assertEquals(List.of(), namesIn(elsewhere));
        } finally {
            writer.destroyForcibly().waitFor();
        }
        assertEquals(List.of(), namesIn(elsewhere));
    }

    private static List<String> namesIn(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(Path::toString).toList();
        }
    }

    private static String text(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), UTF_8);
    }
}

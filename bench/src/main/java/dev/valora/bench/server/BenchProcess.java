package dev.valora.bench.server;

import dev.valora.bench.Bench;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Another process of this program, with the same Java, classpath and flags, and the server's heap. */
public final class BenchProcess {

    private static final String HEAP = "-Xmx512m";

    private BenchProcess() {}

    /** Starts a command of {@link Bench} that says when it is ready. */
    public static ReadyProcess start(List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(HEAP);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Bench.class.getName()));
        command.addAll(arguments);
        return ReadyProcess.start(command, Map.of(), Path.of("").toAbsolutePath(), Duration.ofMinutes(1));
    }
}

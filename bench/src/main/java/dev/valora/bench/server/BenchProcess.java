package dev.valora.bench.server;

import dev.valora.bench.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Another process of this program, with the same Java and classpath, and with the options that the launcher gives the server. */
public final class BenchProcess {

    // As in config/bin/valora; they are part of what is compared.
    private static final List<String> OPTIONS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseParallelGC");
    private static final String LARGE_PAGES = "-XX:+UseTransparentHugePages";
    private static final Path LARGE_PAGES_SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    private BenchProcess() {}

    /** Starts a command of {@link Bench} that says when it is ready. */
    public static ReadyProcess start(List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        if (hasLargePages()) {
            command.add(LARGE_PAGES);
        }
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Bench.class.getName()));
        command.addAll(arguments);
        return ReadyProcess.start(command, Map.of(), Path.of("").toAbsolutePath(), Duration.ofMinutes(1));
    }

    private static boolean hasLargePages() {
        try {
            String setting = Files.readString(LARGE_PAGES_SETTING);
            return setting.contains("[madvise]") || setting.contains("[always]");
        } catch (IOException none) {
            return false;
        }
    }
}

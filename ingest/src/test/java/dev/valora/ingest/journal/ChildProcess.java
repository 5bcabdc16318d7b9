package dev.valora.ingest.journal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Another JVM with the flags and the class path of this one. */
final class ChildProcess {

    private ChildProcess() {}

    static Process start(Class<?> main, Path directory) throws IOException {
        return command(main, directory, flag -> true).start();
    }

    /** The same with some of the flags only, and not yet started. {@code directory} is the program's only argument. */
    static ProcessBuilder command(Class<?> main, Path directory, Predicate<String> keepFlag) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-agentlib") && !flag.startsWith("-javaagent"))
                .filter(keepFlag)
                .forEach(command::add);
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.add(directory.toString());
        return new ProcessBuilder(command);
    }
}

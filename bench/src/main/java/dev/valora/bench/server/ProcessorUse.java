package dev.valora.bench.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a process has used so far, read from {@code /proc}; a hundredth of a second is the smallest step.
 *
 * @param own of the process itself
 * @param children of all processes it started, those that ended among them
 * @param compiling the part of {@code own} that the JVM's compilers used, by those of their threads that still live
 */
public record ProcessorUse(ProcessorTime own, ProcessorTime children, Duration compiling) {

    /** A process that is not there. */
    public static final ProcessorUse NONE = new ProcessorUse(ProcessorTime.NONE, ProcessorTime.NONE, Duration.ZERO);

    /** Linux counts time for programs in hundredths of a second on every machine that it runs on. */
    private static final long NANOS_A_TICK = 10_000_000;

    /** Thread names are cut off at 15 characters. */
    private static final List<String> COMPILERS = List.of("C1 CompilerThre", "C2 CompilerThre");

    /** What was used since an earlier look. */
    public ProcessorUse since(ProcessorUse earlier) {
        Duration compiled = compiling.minus(earlier.compiling);
        return new ProcessorUse(
                own.since(earlier.own),
                children.since(earlier.children),
                compiled.isNegative() ? Duration.ZERO : compiled);
    }

    /** Both the process and its children. */
    public ProcessorTime all() {
        return own.plus(children);
    }

    /** Of a process that runs. */
    static ProcessorUse of(ProcessHandle process) {
        Path directory = Path.of("/proc", Long.toString(process.pid()));
        ProcessorTime children = ended(directory);
        for (ProcessHandle child : process.descendants().toList()) {
            Path of = Path.of("/proc", Long.toString(child.pid()));
            children = children.plus(used(of)).plus(ended(of));
        }
        return new ProcessorUse(used(directory), children, compiling(directory.resolve("task")));
    }

    private static ProcessorTime used(Path directory) {
        return time(directory, 11);
    }

    /** Of children that ended and were waited for, and of theirs. */
    private static ProcessorTime ended(Path directory) {
        return time(directory, 13);
    }

    /** @param field of user time in {@code stat}, from 0 behind the name; that of system time follows */
    private static ProcessorTime time(Path directory, int field) {
        return read(directory.resolve("stat"))
                .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1))
                .map(fields -> new ProcessorTime(ticks(fields[field]), ticks(fields[field + 1])))
                .orElse(ProcessorTime.NONE);
    }

    private static Duration ticks(String field) {
        return Duration.ofNanos(Long.parseLong(field) * NANOS_A_TICK);
    }

    private static Duration compiling(Path tasks) {
        if (!Files.isDirectory(tasks)) {
            return Duration.ZERO;
        }
        try (Stream<Path> threads = Files.list(tasks)) {
            return threads.filter(thread ->
                            COMPILERS.contains(read(thread.resolve("comm")).orElse("")))
                    .map(thread -> used(thread).total())
                    .reduce(Duration.ZERO, Duration::plus);
        } catch (IOException | UncheckedIOException ended) {
            return Duration.ZERO;
        }
    }

    /** Without the line's end; nothing when the process or thread ended meanwhile, or where there is no {@code /proc}. */
    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, UTF_8).strip());
        } catch (IOException ended) {
            return Optional.empty();
        }
    }
}

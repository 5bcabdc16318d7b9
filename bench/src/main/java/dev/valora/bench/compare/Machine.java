package dev.valora.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.bench.server.Directories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;

/** What the figures were measured on. */
public final class Machine {

    private static final int FORCES = 300;
    private static final int FORCED_BYTES = 4_096;

    private Machine() {}

    /**
     * A few lines of Markdown.
     *
     * @param parent of a directory that is made and removed: its disk is measured, with a few hundred forced writes
     */
    public static String facts(Path parent) throws IOException {
        Path probed = Directories.temporary(parent);
        try {
            return factsIn(probed);
        } finally {
            Directories.delete(probed);
        }
    }

    private static String factsIn(Path directory) throws IOException {
        Runtime.Version java = Runtime.version();
        return "- " + Runtime.getRuntime().availableProcessors() + " cores, " + processor() + "\n- "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", file system "
                + Files.getFileStore(directory).type() + "\n- " + System.getProperty("java.vm.name") + " " + java
                + "\n- " + forceTimes(directory) + "\n";
    }

    private static String processor() throws IOException {
        Path facts = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(facts)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(facts, UTF_8).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    /** Appends and forces 4 KiB at a time, as the group commit of a single small request would. */
    private static String forceTimes(Path directory) throws IOException {
        Path file = directory.resolve("force-probe");
        long[] nanos = new long[FORCES];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < FORCES; i++) {
                channel.write(ByteBuffer.allocate(FORCED_BYTES));
                long startNanos = System.nanoTime();
                channel.force(false);
                nanos[i] = System.nanoTime() - startNanos;
            }
        }
        Arrays.sort(nanos);
        return String.format(
                Locale.ROOT,
                "append and force of 4 KiB: p50 %.2f ms, p99 %.2f ms",
                nanos[FORCES / 2] / 1e6,
                nanos[FORCES * 99 / 100] / 1e6);
    }
}

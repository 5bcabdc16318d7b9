package dev.valora.bench.compare;

import dev.valora.bench.server.Directories;
import dev.valora.bench.server.Distribution;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what the disk alone lets an acknowledgement take: a plain file, appended and forced, and nothing else. */
@Command(
        name = "disk",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Appends and forces at a constant rate, in a file that was filled with zeros before, and prints the latencies.",
            "Whatever is due is written and forced as one group, as a server would; a latency runs from when its part was due.",
            "One thread; no request, no parsing and no database."
        })
public final class DiskCommand implements Callable<Integer> {

    private static final int FILE_BYTES = 1 << 30;
    private static final int GROUP_BYTES_MAX = 15 << 20;
    private static final int PIECE_BYTES = 128 << 10;
    private static final int PERCENT_99 = 99;
    private static final int PERMILLE_999 = 999;

    @Option(
            names = "--bytes",
            defaultValue = "118000",
            description = "of an append: what a request leaves in the journal")
    private int bytes;

    @Option(names = "--rate", defaultValue = "850", description = "appends a second")
    private int rate;

    @Option(names = "--seconds", defaultValue = "10", description = "measured time")
    private int seconds;

    @Option(names = "--rounds", defaultValue = "3", description = "each in a file of its own")
    private int rounds;

    @Override
    public Integer call() throws IOException {
        if (bytes < 1 || bytes > GROUP_BYTES_MAX || rate < 1 || seconds < 1 || rounds < 1) {
            throw new IllegalArgumentException("bytes must be 1 to " + GROUP_BYTES_MAX + ", all others at least 1");
        }
        Path parent = Distribution.sourceRoot().resolve("bench/target/disk");
        System.out.print(Machine.facts(parent));
        for (int round = 1; round <= rounds; round++) {
            Path directory = Directories.temporary(parent);
            try {
                run(round, directory.resolve("appended"));
            } finally {
                Directories.delete(directory);
            }
        }
        return 0;
    }

    private void run(int round, Path file) throws IOException {
        Histogram latencies = new Histogram(3);
        Histogram forces = new Histogram(3);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            fill(channel);
            append(channel, latencies, forces);
        }
        System.out.printf(
                Locale.ROOT,
                "round %d, %,d appends of %,d bytes a second: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, max %.2f ms;"
                        + " %,d forces, p50 %.2f ms, p99 %.2f ms%n",
                round,
                rate,
                bytes,
                millis(latencies.getValueAtPercentile(50)),
                millis(latencies.getValueAtPercentile(PERCENT_99)),
                millis(latencies.getValueAtPercentile(PERMILLE_999 / 10.0)),
                millis(latencies.getMaxValue()),
                forces.getTotalCount(),
                millis(forces.getValueAtPercentile(50)),
                millis(forces.getValueAtPercentile(PERCENT_99)));
    }

    private static void fill(FileChannel channel) throws IOException {
        for (int at = 0; at < FILE_BYTES; at += PIECE_BYTES) {
            channel.write(ByteBuffer.allocate(PIECE_BYTES), at);
        }
        channel.force(true);
    }

    private void append(FileChannel channel, Histogram latencies, Histogram forces) throws IOException {
        ByteBuffer written = ByteBuffer.allocateDirect(GROUP_BYTES_MAX);
        long all = (long) rate * seconds;
        long done = 0;
        int end = 0;
        long startNanos = System.nanoTime();
        while (done < all) {
            long due = dueBy(System.nanoTime() - startNanos);
            long group = Math.min(Math.min(all, due) - done, GROUP_BYTES_MAX / bytes);
            if (group == 0) {
                LockSupport.parkNanos(dueNanos(done) - (System.nanoTime() - startNanos));
                continue;
            }
            int length = Math.toIntExact(group * bytes);
            end = end + length > FILE_BYTES ? 0 : end;
            write(channel, written.clear().limit(length), end);
            end += length;
            long forcingNanos = System.nanoTime();
            channel.force(false);
            long forcedNanos = System.nanoTime();
            forces.recordValue(forcedNanos - forcingNanos);
            for (long append = done; append < done + group; append++) {
                latencies.recordValue(forcedNanos - startNanos - dueNanos(append));
            }
            done += group;
        }
    }

    private static void write(FileChannel channel, ByteBuffer group, int at) throws IOException {
        while (group.hasRemaining()) {
            channel.write(group, at + group.position());
        }
    }

    /** Appends that are due so long after the start. */
    private long dueBy(long nanos) {
        return nanos * rate / TimeUnit.SECONDS.toNanos(1) + 1;
    }

    private long dueNanos(long append) {
        return append * TimeUnit.SECONDS.toNanos(1) / rate;
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}

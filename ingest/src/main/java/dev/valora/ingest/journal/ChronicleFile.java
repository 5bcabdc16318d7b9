package dev.valora.ingest.journal;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.PrecreatedFiles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/**
 * How Chronicle is set up for one journal file: a queue whose clock stands still at the day that has the file's number, so
 * that it has one cycle and never rolls by itself.
 */
final class ChronicleFile {

    /** Sparse index, cheap to write; 2^32 documents a file. */
    private static final RollCycles CYCLE = RollCycles.FAST_DAILY;

    private static final DateTimeFormatter DATA_NAME = DateTimeFormatter.ofPattern("uuuuMMdd'F.cq4'", Locale.ROOT);
    private static final String METADATA_NAME = "metadata.cq4t";

    /**
     * How long Chronicle waits for its own locks and unfinished headers. Nobody else writes here, so there is nothing to wait
     * for; a damaged file shows itself sooner.
     */
    private static final long WAIT_MILLIS = 1_000;

    static {
        // Free space is watched by the server itself, and nothing reports to anybody outside.
        preset("chronicle.disk.monitor.disable", "true");
        preset("chronicle.announcer.disable", "true");
        preset("chronicle.analytics.disable", "true");
        // Chronicle makes a directory for its build in the temporary one, unless it is told of another, where it
        // cannot.
        preset("project.build.directory", "/dev/null");
    }

    private ChronicleFile() {}

    private static void preset(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    static SingleChronicleQueue openForWriting(Path directory, long number, int blockBytes) {
        return builder(directory, number, blockBytes).build();
    }

    /** Opens without ever writing, also while the file is still being written. */
    static SingleChronicleQueue openForReading(Path directory, long number, int blockBytes) {
        return builder(directory, number, blockBytes).readOnly(true).build();
    }

    private static SingleChronicleQueueBuilder builder(Path directory, long number, int blockBytes) {
        long millis = Math.multiplyExact(number, CYCLE.lengthInMillis());
        return SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(CYCLE)
                .blockSize(blockBytes)
                .timeoutMS(WAIT_MILLIS)
                .timeProvider(() -> millis);
    }

    /** How Chronicle numbers a document. The first of a file, from 0, is its header. */
    static long index(long number, long document) {
        return CYCLE.toIndex(Math.toIntExact(number), document);
    }

    /** Where the entries stand. */
    static Path data(Path directory, long number) {
        return directory.resolve(DATA_NAME.format(LocalDate.ofEpochDay(number)));
    }

    /**
     * Where Chronicle looks for a file of zeros to write the entries into, before it makes one. A file of zeros in the final
     * place it takes for the work of another writer, and waits for that.
     */
    static Path prepared(Path data) {
        return PrecreatedFiles.preCreatedFile(data.toFile()).toPath();
    }

    /** Where Chronicle keeps the queue's settings. */
    static Path metadata(Path directory) {
        return directory.resolve(METADATA_NAME);
    }
}

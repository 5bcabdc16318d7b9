package dev.valora.ingest.journal;

import dev.valora.ingest.Journal;
import java.nio.file.Path;

/**
 * How much of the disk the journal leaves free.
 *
 * @param softBytes with less than this free, no usage should be taken
 * @param hardBytes nothing grows that would leave less than this free; less than {@code softBytes}
 * @param freeSpace how much is free where a directory is
 */
public record DiskLimits(long softBytes, long hardBytes, FreeSpace freeSpace) {

    /** No limits but the disk's own end. */
    public static final DiskLimits NONE = new DiskLimits(1, 0, FreeSpace.SYSTEM);

    /** Asks how much room there is. Any thread. */
    @FunctionalInterface
    public interface FreeSpace {

        /** What the operating system says; 0 too when it cannot say. */
        FreeSpace SYSTEM = directory -> directory.toFile().getUsableSpace();

        /** Bytes that may still be written where this directory is. */
        long bytes(Path directory);
    }

    public DiskLimits {
        if (hardBytes < 0 || softBytes <= hardBytes) {
            throw new IllegalArgumentException(
                    "the soft limit of " + softBytes + " bytes must be above the hard limit of " + hardBytes);
        }
    }

    /** Whether a directory's disk has room for so many bytes more. */
    boolean allow(Path directory, long bytes) {
        return freeSpace.bytes(directory) - bytes >= hardBytes;
    }

    Journal.Space space(Path directory) {
        long free = freeSpace.bytes(directory);
        if (free < hardBytes) {
            return Journal.Space.NONE;
        }
        return free < softBytes ? Journal.Space.LOW : Journal.Space.ENOUGH;
    }
}

package dev.valora.ingest;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * The beginning of a journal, which may be removed a file at a time. Used by one thread beside the writer and any readers. A
 * kill between any two calls, or in one, leaves a journal that opens: before {@link #removeThrough} with its old beginning,
 * after it with the new one.
 */
public interface JournalBeginning {

    /**
     * A file that takes no more entries.
     *
     * @param lastAcceptedMicros accepted time of the last entry in or before it, in microseconds since the epoch;
     *     {@link Long#MIN_VALUE} when there is none
     * @param bytes up to the end of its last entry
     */
    record SealedFile(JournalSpan span, long lastAcceptedMicros, long bytes) {}

    /** The files that take no more entries, oldest first. */
    List<SealedFile> sealedFiles();

    /** The number of the oldest file. */
    long firstFile();

    /**
     * Makes records durable that are needed when everything before an entry is gone; those that were carried before are
     * replaced.
     *
     * @throws UncheckedIOException when the disk refuses; nothing has changed
     */
    void carry(CarriedRecords records, long firstSequence);

    /**
     * Lets the journal begin behind a sealed file. What must survive it was carried before. From now on readers are told that
     * earlier entries are gone; one that has such a file open may still read it to its end.
     *
     * @param file number of the last file that goes
     * @throws UncheckedIOException when the disk refuses; nothing has changed
     * @throws JournalFailedException when it is not known what is on disk; the journal is then poisoned
     */
    void removeThrough(long file);

    /**
     * Deletes one file that the journal no longer begins with.
     *
     * @return its number; empty when there is none left
     * @throws UncheckedIOException when the disk refuses; it may be tried again, and the next start does
     */
    OptionalLong deleteOne();
}

package dev.valora.ingest;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The durable, ordered log of everything accepted. One thread writes; any number of readers follow, each on its own thread.
 */
public interface Journal extends AutoCloseable {

    /** How much the disk has left, measured by the limits that an operator set. */
    enum Space {
        /** As much as it should. */
        ENOUGH,
        /** Less than the soft limit: no more usage should be taken. */
        LOW,
        /** Less than the hard limit: nothing should be taken. */
        NONE
    }

    /** Identifies this journal for ever; the database remembers it, so that a wrong pair is refused. Any thread. */
    UUID id();

    /** The sequence of the last entry that is on disk; 0 when there is none. Any thread. */
    long forcedSequence();

    /**
     * The sequence of the oldest entry that was not removed, 1 when nothing was; one more than {@link #forcedSequence} when there
     * is no entry. Any thread.
     */
    long firstSequence();

    /**
     * The accepted time of the last entry that was removed, in epoch microseconds; {@link Long#MIN_VALUE} when nothing was. Any
     * thread.
     */
    long removedThroughMicros();

    /**
     * What the removed beginning held that is still needed. Reads a file. Any thread.
     *
     * @throws JournalCorruptException when it is not there as it was written
     */
    CarriedRecords carried();

    /** The accepted time of the last entry on disk in epoch microseconds; {@link Long#MIN_VALUE} when there is none. */
    long lastAcceptedMicros();

    /** Asks the operating system how much the disk has left. Any thread. */
    Space space();

    /**
     * Sees to it that an entry of so many bytes can be committed without the disk running full meanwhile. False when there is
     * no room: nothing is harmed, and it may be asked again. The writer's thread, before the entry is judged.
     *
     * @param bytes of the entry, at most; beyond {@link Limits#COMMIT_BYTES} none is taken
     * @throws JournalFailedException when the journal is poisoned
     */
    boolean reserve(int bytes);

    /**
     * Shows as much of the entry to come as is final, its header apart, so that the disk can begin while the rest is made. The
     * next {@link #commit} must be of this entry, and only that makes it one: until then nobody sees it. The writer's thread.
     *
     * @param entry the entry from offset 0
     * @param length bytes that will not change any more, but for those of the header
     * @throws JournalFailedException as {@link #commit}
     */
    void show(byte[] entry, int length);

    /**
     * Appends one sealed entry with the sequence {@code forcedSequence() + 1} and returns when it is on disk: the file's data
     * is forced, and at a roll the file before, the metadata and the directory too. The writer's thread only.
     *
     * @param entry sealed by {@link RecordLayout#sealEntry}, from offset 0
     * @param length bytes of the entry, at most {@link Limits#COMMIT_BYTES}
     * @throws JournalFailedException when the entry may not be on disk; the journal is then poisoned for good and every later
     *     call throws the same: a failed force is never tried again
     */
    void commit(byte[] entry, int length);

    /** The number of the file that takes the entries; after {@link #close}, of the last that did. Any thread. */
    long openFile();

    /** The files that take no more entries, oldest first; each goes on where the one before ended. Any thread. */
    List<JournalSpan> sealedFiles();

    /**
     * A reader whose first entry is {@code firstSequence}. The reader belongs to one thread.
     *
     * @throws EntriesGoneException when that entry was removed
     */
    JournalReader reader(long firstSequence);

    /**
     * One entry, checked for its checksum and its sequence; null when the journal no longer holds it. Opens the entry's file for
     * each call and jumps to it, so this is for single events, not for reading on. Any thread; the entry is the caller's.
     *
     * @param sequence from 1, at most {@link #forcedSequence}
     * @throws JournalCorruptException when the entry is not what was written
     */
    @Nullable
    JournalEntry read(long sequence);

    /** Releases the files and the lock. Called by the writer's thread after its last commit, when no reader is used any more. */
    @Override
    void close();
}

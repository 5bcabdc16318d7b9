package dev.valora.ingest;

import org.jspecify.annotations.Nullable;

/** Follows a journal. Belongs to one thread. Never passes the last entry that is on disk. */
public interface JournalReader extends AutoCloseable {

    /**
     * The next entry, checked for its checksum and its place in the sequence; null when everything on disk has been read.
     * The returned view is reused by the next call.
     *
     * @throws JournalCorruptException when the entry that must be there is not, or is not what was written
     * @throws EntriesGoneException when the entry was removed meanwhile
     */
    @Nullable
    JournalEntry poll();

    /**
     * Leaves out the entries before this one, which the next poll returns once it is on disk. Costs a look into the file's index,
     * however many are left out.
     *
     * @param sequence of an entry that was not returned yet
     * @throws IllegalArgumentException when the reader is past it
     */
    void skipTo(long sequence);

    @Override
    void close();
}

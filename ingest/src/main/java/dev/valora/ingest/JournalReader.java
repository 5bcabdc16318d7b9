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

    @Override
    void close();
}

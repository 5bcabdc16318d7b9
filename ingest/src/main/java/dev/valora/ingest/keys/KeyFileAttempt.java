package dev.valora.ingest.keys;

import dev.valora.ingest.JournalSpan;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one key file if the disk lets it: what goes wrong is said, ends the attempt and disturbs nobody, because a start can do
 * without the file. One thread.
 */
public final class KeyFileAttempt implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyFileAttempt.class);

    private final long number;
    private @Nullable KeyFileDraft draft;

    /** Begins the file for the journal file with this number, all of whose records are wanted, in their order. */
    public KeyFileAttempt(KeyFiles files, long number) {
        this.number = number;
        try {
            draft = files.begin(number);
        } catch (IOException unwritable) {
            giveUp(unwritable);
        }
    }

    /** An event's key, as the index knows it. */
    public void key(long high, long low, long fingerprint, long packedPosition) {
        if (draft != null) {
            try {
                draft.key(high, low, fingerprint, packedPosition);
            } catch (IOException unwritable) {
                giveUp(unwritable);
            }
        }
    }

    /** A record that is not an event. */
    public void other(byte[] bytes, int offset, long packedPosition) {
        if (draft != null) {
            try {
                draft.other(bytes, offset, packedPosition);
            } catch (IOException unwritable) {
                giveUp(unwritable);
            }
        }
    }

    /** Whether it can still succeed. */
    public boolean isAlive() {
        return draft != null;
    }

    /**
     * Makes the file whole and durable; false when it could not be written.
     *
     * @param span of the journal file, which takes no more entries
     */
    public boolean finish(JournalSpan span) {
        if (draft != null) {
            try {
                draft.finish(span);
                return true;
            } catch (IOException unwritable) {
                giveUp(unwritable);
            }
        }
        return false;
    }

    private void giveUp(IOException unwritable) {
        LOG.warn(
                "The key file of journal file {} cannot be written ({}); until there is one, a start reads the journal"
                        + " file instead.",
                number,
                unwritable.toString());
        close();
    }

    /** Gives up what is not finished. */
    @Override
    public void close() {
        KeyFileDraft unfinished = draft;
        draft = null;
        if (unfinished != null) {
            try {
                unfinished.close();
            } catch (IOException left) {
                LOG.warn("An unfinished key file of journal file {} is left behind ({}).", number, left.toString());
            }
        }
    }
}

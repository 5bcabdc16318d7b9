package dev.valora.ingest.keys;

import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.admission.EventHash;
import java.io.IOException;
import java.util.Optional;
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

    private KeyFileAttempt(long number, KeyFileDraft draft) {
        this.number = number;
        this.draft = draft;
    }

    /**
     * Goes on with what a kill left of the file for a sealed journal file: the keys of its first events, up to {@link
     * #throughPosition}. What is wanted are all other records, and the events behind. Empty when nothing of it can be used.
     */
    public static Optional<KeyFileAttempt> resume(KeyFiles files, JournalSpan span) {
        try {
            return files.resume(span).map(draft -> new KeyFileAttempt(span.number(), draft));
        } catch (IOException unreadable) {
            LOG.warn(
                    "What there is of the key file of journal file {} cannot be read ({}); the journal file is read instead.",
                    span.number(),
                    unreadable.toString());
            return Optional.empty();
        }
    }

    /** Packed, of the last event whose key it had when it was resumed; less than any for one that was begun. */
    public long throughPosition() {
        WrittenRuns resumed = resumed();
        return resumed == null ? Long.MIN_VALUE : resumed.last().position();
    }

    /** Whether it goes on with what was left of a file. */
    public boolean isResumed() {
        return resumed() != null;
    }

    /**
     * Whether it was resumed from keys of this journal.
     *
     * @param events in the journal file up to {@link #throughPosition}
     * @param last the hash of the event that is there
     */
    public boolean isResumedFrom(long events, EventHash last) {
        WrittenRuns resumed = resumed();
        return resumed != null
                && resumed.keys() == events
                && resumed.last().high() == last.high()
                && resumed.last().low() == last.low()
                && resumed.last().fingerprint() == last.fingerprint();
    }

    private @Nullable WrittenRuns resumed() {
        return draft == null ? null : draft.resumed();
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

    /** Ends without finishing the file, whose full runs somebody may go on with. */
    public void leave() {
        if (draft != null) {
            try {
                draft.leave();
                draft = null;
            } catch (IOException unwritable) {
                giveUp(unwritable);
            }
        }
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

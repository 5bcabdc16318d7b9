package dev.valora.ingest.journal;

import dev.valora.ingest.EntriesGoneException;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Follows the manifest from file to file and never asks Chronicle what comes after a file's end: behind a seal there may be
 * anything. An entry that is known to be on disk and does not show within the reader's patience is corruption, because
 * Chronicle answers damage with "nothing more" for ever. One thread.
 */
final class ChronicleReader implements JournalReader {

    /** So many entries are sooner read through than left out, where the file is open already. */
    private static final int READ_THROUGH = 64;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ChronicleJournal journal;
    private final JournalOptions options;
    private final JournalEntry view = new JournalEntry();

    /** The sequence that the next poll returns. */
    private long next;

    /** The sequence of the next document in the open file; behind {@link #next} while the reader looks for its first entry. */
    private long expected;

    private @Nullable JournalFile file;
    private @Nullable FileTailer tailer;
    private @Nullable RuntimeException failure;

    ChronicleReader(ChronicleJournal journal, JournalOptions options, long firstSequence) {
        this.journal = journal;
        this.options = options;
        this.next = firstSequence;
    }

    @Override
    public @Nullable JournalEntry poll() {
        if (failure != null) {
            throw failure;
        }
        if (next > journal.forcedSequence()) {
            return null;
        }
        try {
            return read();
        } catch (JournalCorruptException e) {
            RuntimeException told =
                    next < journal.firstSequence() ? new EntriesGoneException(next, journal.firstSequence()) : e;
            failure = told;
            throw told;
        }
    }

    @Override
    public void skipTo(long sequence) {
        if (sequence < next) {
            throw new IllegalArgumentException("the reader is at entry " + next + ", behind entry " + sequence);
        }
        next = sequence;
    }

    private JournalEntry read() {
        FileTailer open = tailer;
        FileTailer source = source();
        if (next - expected > (source == open ? READ_THROUGH : 0)) {
            int length = jump(source);
            if (length != FileTailer.ABSENT) {
                return taken(source, length);
            }
            close();
            source = source();
        }
        while (true) {
            int length = await(source);
            if (!source.holds(expected, length)) {
                throw FileTailer.corrupt(
                        source.data(), expected, "what stands there is not that entry as written", null);
            }
            if (expected == next) {
                return taken(source, length);
            }
            expected++;
        }
    }

    private JournalEntry taken(FileTailer source, int length) {
        next++;
        expected = next;
        view.wrap(source.bytes(), length);
        return view;
    }

    /**
     * Goes to the next entry by Chronicle's index and returns its length. The index is a hint: it counts if it leads to the entry as
     * written. Otherwise, and then this is {@link FileTailer#ABSENT}, the file must be read from its beginning, which finds the
     * entry or says what is damaged.
     */
    private int jump(FileTailer source) {
        JournalFile in = Objects.requireNonNull(file);
        try {
            if (!source.seek(in.number(), next - in.firstSequence())) {
                return FileTailer.ABSENT;
            }
            int length = source.next(next);
            return length != FileTailer.ABSENT && source.holds(next, length) ? length : FileTailer.ABSENT;
        } catch (JournalCorruptException misled) {
            return FileTailer.ABSENT;
        }
    }

    /** The tailer of the file that holds the next entry. */
    private FileTailer source() {
        Manifest manifest = journal.manifest();
        FileTailer open = tailer;
        if (open != null && file != null && file.contains(next) && isUpToDate(file, manifest)) {
            return open;
        }
        JournalFile wanted = journal.fileOf(next);
        if (open == null || file == null || file.number() != wanted.number()) {
            close();
            open = FileTailer.open(journal.directory(), journal.id(), wanted, options);
            tailer = open;
            expected = wanted.firstSequence();
        }
        file = wanted;
        return open;
    }

    /** A file that was open when it was looked up may have been sealed since. */
    private static boolean isUpToDate(JournalFile file, Manifest manifest) {
        return !file.isOpen() || file.number() == manifest.files().getLast().number();
    }

    private int await(FileTailer source) {
        int length = source.next(expected);
        if (length != FileTailer.ABSENT) {
            return length;
        }
        long since = options.ticker().nanos();
        while (options.ticker().nanos() - since <= options.readerPatienceNanos()) {
            LockSupport.parkNanos(PAUSE_NANOS);
            length = source.next(expected);
            if (length != FileTailer.ABSENT) {
                return length;
            }
        }
        throw FileTailer.corrupt(
                source.data(),
                expected,
                "nothing is there, though entry " + journal.forcedSequence() + " is on disk",
                null);
    }

    @Override
    public void close() {
        if (tailer != null) {
            tailer.close();
            tailer = null;
        }
    }
}

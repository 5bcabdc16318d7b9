package dev.valora.ingest.intake;

import dev.valora.ingest.EntriesGoneException;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.Position;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.keys.KeyFileAttempt;
import dev.valora.ingest.keys.KeyFiles;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The key file of the journal file that is being written, made of what the writer hands over. What was lost on the way is read from
 * the journal, before what came behind it is taken: so the file is as far as this thread is, whatever the writer did. One that could
 * not be written is left to who reads the journal. One thread.
 */
final class OpenKeyFile implements AutoCloseable {

    private final Journal journal;
    private final KeyFiles files;
    private final EventHash hash;
    private final ClaimedKeys claimed;

    /** The journal file to which belongs what comes next. */
    private long number;

    /** Whether all of it came, so far. */
    private boolean isWhole = true;

    private @Nullable KeyFileAttempt attempt;
    private long throughSequence;

    /** Packed: every record before was taken, or is of a file that has no key file here. */
    private long nextPosition;

    /** What is read before {@link #held} is taken. */
    private @Nullable LostRecords lost;

    private ClaimedKeys.@Nullable Block held;

    /** Of what will never be taken, nothing is behind this entry. */
    private long missedThrough;

    /** Whether there is no time to read what was lost. */
    private BooleanSupplier late = () -> false;

    /**
     * @param hash for this thread alone
     * @param claimed all that will be written to the journal from now on
     */
    OpenKeyFile(Journal journal, KeyFiles files, EventHash hash, ClaimedKeys claimed) {
        this.journal = journal;
        this.files = files;
        this.hash = hash;
        this.claimed = claimed;
        this.number = journal.openFile();
        this.throughSequence = journal.forcedSequence();
        this.nextPosition = Position.pack(throughSequence + 1, 0);
    }

    /** Whether the key file of this journal file is, or will be, made here. */
    boolean makes(JournalSpan span) {
        return span.number() > number || (span.number() == number && isWhole);
    }

    /**
     * Takes one block, reads one entry of what was lost, or ends the file when all of it came; false when there is nothing to do.
     *
     * @throws JournalCorruptException when an entry is not what was written
     */
    boolean work() {
        ClaimedKeys.Block block = held == null ? claimed.take() : held;
        if (block != null) {
            held = block;
            if (!catchUp(block)) {
                takeWhole(block);
                claimed.giveBack(block);
                held = null;
            }
            return true;
        }
        Optional<JournalSpan> sealed = sealed();
        if (sealed.isEmpty()) {
            return false;
        }
        if (throughSequence < sealed.get().lastSequence()) {
            claimed.want();
            return false;
        }
        leave(sealed.get());
        return true;
    }

    /** Reads an entry of what was lost before a block; false when there is nothing more, and the block's turn has come. */
    private boolean catchUp(ClaimedKeys.Block block) {
        if (!block.followsLoss() || nextPosition >= block.firstPosition()) {
            return false;
        }
        goTo(nextPosition);
        if (late.getAsBoolean()) {
            leaveUnfinished();
        }
        if (!isWhole) {
            missedThrough = Position.unpack(block.firstPosition() - 1).sequence();
            return false;
        }
        try {
            LostRecords reading = lost == null ? new LostRecords(journal, hash, nextPosition) : lost;
            lost = reading;
            nextPosition = reading.next(block.firstPosition(), attempt());
        } catch (EntriesGoneException removed) {
            // What was removed needs no key file.
            closeLost();
            nextPosition = Math.min(block.firstPosition(), Position.pack(journal.firstSequence(), 0));
        }
        return true;
    }

    private Optional<JournalSpan> sealed() {
        if (journal.openFile() == number) {
            // Sealed all the same when the journal is closed.
            List<JournalSpan> spans = journal.sealedFiles();
            return spans.isEmpty() || spans.getLast().number() != number
                    ? Optional.empty()
                    : Optional.of(spans.getLast());
        }
        List<JournalSpan> spans = journal.sealedFiles();
        if (number < (spans.isEmpty() ? journal.openFile() : spans.getFirst().number())) {
            // It was removed meanwhile: it ended before the journal begins, and needs no key file.
            return Optional.of(new JournalSpan(number, journal.firstSequence(), journal.firstSequence() - 1));
        }
        return spans.stream().filter(span -> span.number() == number).findFirst();
    }

    /** A block that was taken in part must not be taken again: the file would have a key twice. */
    private void takeWhole(ClaimedKeys.Block block) {
        boolean taken = false;
        try {
            take(block);
            taken = true;
        } finally {
            if (!taken) {
                close();
                isWhole = false;
            }
        }
    }

    /**
     * Reads what was lost only as long as there is time: the next start goes on with what there is of the file.
     *
     * @param over whether the time is over
     */
    void hurry(BooleanSupplier over) {
        late = over;
    }

    private void leaveUnfinished() {
        closeLost();
        if (attempt != null) {
            attempt.leave();
        }
        isWhole = false;
    }

    private void take(ClaimedKeys.Block block) {
        closeLost();
        long lastPosition = lastPosition();
        int key = 0;
        int other = 0;
        while (key < block.keyCount() || other < block.others().size()) {
            long keyPosition = key < block.keyCount() ? block.position(key) : Long.MAX_VALUE;
            long otherPosition =
                    other < block.others().size() ? block.others().get(other).position() : Long.MAX_VALUE;
            nextPosition = Math.min(keyPosition, otherPosition);
            if (nextPosition > lastPosition) {
                lastPosition = goTo(nextPosition);
            }
            if (keyPosition < otherPosition) {
                takeKey(block, key++);
            } else {
                takeOther(block.others().get(other++));
            }
            nextPosition++;
        }
        throughSequence = block.throughSequence();
        nextPosition = Math.max(nextPosition, Position.pack(throughSequence + 1, 0));
    }

    /** Ends files until the one that holds a position is the one that is made, and returns that one's last position. */
    private long goTo(long position) {
        long lastPosition = lastPosition();
        while (position > lastPosition) {
            leave(sealed().orElseThrow());
            lastPosition = lastPosition();
        }
        return lastPosition;
    }

    private void takeKey(ClaimedKeys.Block block, int key) {
        if (isWhole) {
            attempt().key(block.high(key), block.low(key), block.fingerprint(key), block.position(key));
        }
    }

    private void takeOther(ClaimedKeys.Other other) {
        if (isWhole) {
            attempt().other(other.bytes(), 0, other.position());
        }
    }

    /** The last position of the file, as far as it is known. */
    private long lastPosition() {
        return sealed().map(span -> Position.pack(span.lastSequence() + 1, 0) - 1)
                .orElse(Long.MAX_VALUE);
    }

    private KeyFileAttempt attempt() {
        KeyFileAttempt writing = attempt;
        if (writing == null) {
            writing = new KeyFileAttempt(files, number);
            attempt = writing;
        }
        if (!writing.isAlive()) {
            isWhole = false;
        }
        return writing;
    }

    /** Ends the file, and goes on with the next. */
    private void leave(JournalSpan sealed) {
        if (isWhole && !sealed.isEmpty()) {
            attempt().finish(sealed);
        }
        close();
        // Before the sealed ones: a file that is sealed in between is then among them, and none is skipped.
        long open = journal.openFile();
        number = journal.sealedFiles().stream()
                .mapToLong(JournalSpan::number)
                .filter(later -> later > sealed.number())
                .findFirst()
                .orElse(Math.max(open, sealed.number() + 1));
        isWhole = sealed.lastSequence() >= missedThrough;
    }

    private void closeLost() {
        if (lost != null) {
            lost.close();
            lost = null;
        }
    }

    /** Gives up what is not finished. */
    @Override
    public void close() {
        closeLost();
        if (attempt != null) {
            attempt.close();
            attempt = null;
        }
    }
}

package dev.valora.ingest.intake;

import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.Position;
import dev.valora.ingest.keys.KeyFileAttempt;
import dev.valora.ingest.keys.KeyFiles;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The key file of the journal file that is being written, made of what the writer hands over. A file of which anything was lost on
 * the way, or that could not be written, is left to who reads the journal. One thread.
 */
final class OpenKeyFile implements AutoCloseable {

    private final Journal journal;
    private final KeyFiles files;
    private final ClaimedKeys claimed;

    /** The journal file to which belongs what comes next. */
    private long number;

    /** Whether all of it came, so far. */
    private boolean isWhole = true;

    private @Nullable KeyFileAttempt attempt;
    private long throughSequence;

    /** Of what was lost, nothing is behind this entry. */
    private long lostThrough;

    /** @param claimed all that will be written to the journal from now on */
    OpenKeyFile(Journal journal, KeyFiles files, ClaimedKeys claimed) {
        this.journal = journal;
        this.files = files;
        this.claimed = claimed;
        this.number = journal.openFile();
        this.throughSequence = journal.forcedSequence();
    }

    /** Whether the key file of this journal file is, or will be, made here. */
    boolean makes(JournalSpan span) {
        return span.number() > number || (span.number() == number && isWhole);
    }

    /** Takes one block, or ends the file when all of it came; false when there is nothing to do. */
    boolean work() {
        ClaimedKeys.Block block = claimed.take();
        if (block != null) {
            take(block);
            claimed.giveBack(block);
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

    private void take(ClaimedKeys.Block block) {
        if (block.followsLoss()) {
            lostThrough = block.firstSequence();
            isWhole = false;
            leaveUnfinished();
        }
        long lastPosition = lastPosition();
        int key = 0;
        int other = 0;
        while (key < block.keyCount() || other < block.others().size()) {
            long keyPosition = key < block.keyCount() ? block.position(key) : Long.MAX_VALUE;
            long otherPosition =
                    other < block.others().size() ? block.others().get(other).position() : Long.MAX_VALUE;
            while (Math.min(keyPosition, otherPosition) > lastPosition) {
                leave(sealed().orElseThrow());
                lastPosition = lastPosition();
            }
            if (keyPosition < otherPosition) {
                takeKey(block, key++);
            } else {
                takeOther(block.others().get(other++));
            }
        }
        throughSequence = block.throughSequence();
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
        isWhole = sealed.lastSequence() >= lostThrough;
    }

    /** Leaves what came before the loss to who reads the journal. */
    private void leaveUnfinished() {
        if (attempt != null) {
            attempt.leave();
            attempt = null;
        }
    }

    /** Gives up what is not finished. */
    @Override
    public void close() {
        if (attempt != null) {
            attempt.close();
            attempt = null;
        }
    }
}

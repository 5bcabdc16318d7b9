package dev.valora.aggregator.follow;

import dev.valora.aggregator.fold.Recount;
import dev.valora.aggregator.store.WindowRow;
import dev.valora.aggregator.store.WrongJournalException;
import dev.valora.ingest.EntriesGoneException;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.Position;
import dev.valora.ingest.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Recounts the windows that one void takes a maximum from, a stretch of the journal a step. The rows tell the value, and in
 * which stretches of the journal the window's events and voids are; everything folded before the void must be in them. The
 * agent's thread.
 */
final class Recounting implements AutoCloseable {

    private final Journal journal;
    private final Function<Recount, List<WindowRow>> rows;
    private final List<Recount> recounts;
    private final List<Recount.Outcome> outcomes = new ArrayList<>();
    private long entries;

    // The reading of one window.
    private @Nullable List<WindowRow> spans;
    private boolean voidsCollected;
    private int span;
    private @Nullable JournalReader reader;

    /** @param rows of the window, oldest hour first; may throw, and is then asked again */
    Recounting(Journal journal, List<Recount> recounts, Function<Recount, List<WindowRow>> rows) {
        this.journal = journal;
        this.recounts = recounts;
        this.rows = rows;
    }

    boolean isDone() {
        return outcomes.size() == recounts.size();
    }

    /** In the order of the recounts; complete once it is done. */
    List<Recount.Outcome> outcomes() {
        return outcomes;
    }

    /** Entries read so far. */
    long entries() {
        return entries;
    }

    /** Reads on, at most about so many entries. */
    void step(int entriesMax) {
        Recount recount = recounts.get(outcomes.size());
        List<WindowRow> stretches = spans;
        if (stretches == null) {
            stretches = rows.apply(recount);
            if (!recount.isNeeded(value(stretches))) {
                outcomes.add(new Recount.Outcome.Unchanged());
                return;
            }
            spans = stretches;
        }
        for (int read = 0; read < entriesMax && span < stretches.size(); read++) {
            readOne(recount, stretches.get(span));
        }
        if (span == stretches.size()) {
            endPass(recount);
        }
    }

    /** The value of a window: the rows from the last reset on. */
    private static @Nullable Quantity value(List<WindowRow> stretches) {
        Quantity greatest = null;
        for (WindowRow row : stretches) {
            Quantity value = row.value();
            if (row.resets()) {
                greatest = value;
            } else if (value != null && (greatest == null || value.compareTo(greatest) > 0)) {
                greatest = value;
            }
        }
        return greatest;
    }

    private void readOne(Recount recount, WindowRow stretch) {
        JournalEntry entry = next(stretch);
        if (entry == null) {
            throw new IllegalStateException("the journal ends within a stretch that was folded");
        }
        entries++;
        if (voidsCollected) {
            recount.collectEvents(entry, stretch.firstPosition(), stretch.lastPosition());
        } else {
            recount.collectVoids(entry, stretch.firstPosition(), stretch.lastPosition());
        }
        if (entry.sequence() >= Position.unpack(stretch.lastPosition()).sequence()) {
            close();
            span++;
        }
    }

    private @Nullable JournalEntry next(WindowRow stretch) {
        try {
            JournalReader open = reader;
            if (open == null) {
                open = journal.reader(Position.unpack(stretch.firstPosition()).sequence());
                reader = open;
            }
            return open.poll();
        } catch (EntriesGoneException removed) {
            throw new WrongJournalException("A void takes the maximum of a window that began at "
                    + Position.unpack(stretch.firstPosition()) + ", but " + removed.getMessage()
                    + "; restore a backup of the database that is younger than restore_horizon_days.");
        }
    }

    private void endPass(Recount recount) {
        span = 0;
        if (voidsCollected) {
            outcomes.add(recount.reset());
            spans = null;
        }
        voidsCollected = !voidsCollected;
    }

    /** Lets the journal go. */
    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}

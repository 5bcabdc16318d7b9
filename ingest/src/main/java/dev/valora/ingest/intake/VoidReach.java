package dev.valora.ingest.intake;

import dev.valora.ingest.EventRecord;
import dev.valora.ingest.Journal;
import dev.valora.ingest.Limits;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Position;
import dev.valora.ingest.RegisteredMeter;
import dev.valora.ingest.VoidRecord;
import java.util.ArrayDeque;

/**
 * How far back the journal must go for voids. A void of an event that feeds a recounted meter makes that meter's window anew
 * from all its events, so the journal must hold the window from its first event on: when the void is folded, and when a
 * database that was restored from a backup folds it again.
 *
 * <p>What is older than files are kept is not recounted, even if it is still there: or voids of old windows, one after the other,
 * could keep the journal's beginning for ever.
 *
 * <p>The writer asks before it journals a void, whoever removes files asks before a file goes, and the two decide in turns:
 * so a void finds what it needs, or is refused. Any thread. Memory is bounded by the windows that voids can still reach, since
 * of two voids only the one is kept that needs more for longer.
 */
public final class VoidReach {

    private static final long DAY_MICROS = 86_400_000_000L;

    /** Needed by no void. */
    private static final long NOTHING = Long.MAX_VALUE;

    private final long keptMicros;

    /** Under the lock. Ascending in both. */
    private final ArrayDeque<Need> needs = new ArrayDeque<>();

    /** Under the lock: what stood before this position, or was accepted until that time, is gone or going. */
    private long firstPosition;

    private long givenUpThroughMicros;

    /**
     * What one void needs.
     *
     * @param position packed, of the void
     * @param fromMicros accepted time from which on entries are needed
     */
    private record Need(long position, long fromMicros) {}

    /**
     * A journal without voids.
     *
     * @param firstSequence of its oldest entry
     * @param removedThroughMicros accepted time of the last entry that was removed; {@link Long#MIN_VALUE} when nothing was
     * @param keptDays for which files are kept; 0 for ever
     */
    public VoidReach(long firstSequence, long removedThroughMicros, int keptDays) {
        this.keptMicros = keptDays == 0 ? NOTHING : keptDays * DAY_MICROS;
        this.firstPosition = Position.pack(firstSequence, 0);
        this.givenUpThroughMicros = removedThroughMicros;
    }

    /**
     * Of a journal whose voids, if there are any, are still to be replayed.
     *
     * @param keptDays for which files are kept; 0 for ever
     */
    public static VoidReach of(Journal journal, int keptDays) {
        return new VoidReach(journal.firstSequence(), journal.removedThroughMicros(), keptDays);
    }

    /** Takes a void that is in the journal already; they come in the order of their positions. */
    public void replay(long position, VoidRecord voided, MeterDirectory meters) {
        remember(position, neededFromMicros(voided, meters));
    }

    /**
     * Asks whether a void may be journaled, and remembers what it needs if so.
     *
     * @param position packed, that the void will have
     * @param acceptedMicros when it will be accepted
     * @param meters as the writer knows them
     * @return false when its event, or the first event of a window that would be recounted, is gone or need not be there
     */
    public synchronized boolean admit(long position, long acceptedMicros, VoidRecord voided, MeterDirectory meters) {
        long fromMicros = neededFromMicros(voided, meters);
        if (voided.eventPosition() < firstPosition
                || fromMicros <= givenUpThroughMicros
                || fromMicros < acceptedMicros - keptMicros) {
            return false;
        }
        remember(position, fromMicros);
        return true;
    }

    private synchronized void remember(long position, long fromMicros) {
        if (fromMicros == NOTHING) {
            return;
        }
        while (!needs.isEmpty() && needs.getLast().fromMicros() >= fromMicros) {
            needs.removeLast();
        }
        needs.addLast(new Need(position, fromMicros));
    }

    /**
     * The accepted time from which on entries are needed by voids; {@link Long#MAX_VALUE} when none are.
     *
     * @param horizonSequence voids before it will not be folded again
     */
    public synchronized long neededFromMicros(long horizonSequence) {
        long horizon = Position.pack(horizonSequence, 0);
        while (!needs.isEmpty() && needs.getFirst().position() < horizon) {
            needs.removeFirst();
        }
        return needs.isEmpty() ? NOTHING : needs.getFirst().fromMicros();
    }

    /**
     * Gives up the journal's beginning: from now on no void is admitted that needs it.
     *
     * @param firstSequence of the oldest entry that stays
     * @param throughMicros accepted time of the last entry that goes
     * @param horizonSequence as for {@link #neededFromMicros(long)}
     * @return false when a void needs it; then nothing has changed
     */
    public synchronized boolean giveUp(long firstSequence, long throughMicros, long horizonSequence) {
        if (neededFromMicros(horizonSequence) <= throughMicros) {
            return false;
        }
        firstPosition = Math.max(firstPosition, Position.pack(firstSequence, 0));
        givenUpThroughMicros = Math.max(givenUpThroughMicros, throughMicros);
        return true;
    }

    /** No event of a window was accepted earlier than an hour before the window began. */
    private static long neededFromMicros(VoidRecord voided, MeterDirectory meters) {
        EventRecord event = voided.event();
        long fromMicros = NOTHING;
        for (RegisteredMeter meter : meters.addressedBy(event)) {
            MeterDefinition definition = meter.definition();
            if (definition.aggregation().isRecounted() && meter.isFedBy(event, voided.eventPosition())) {
                long startMicros = definition.windowStartMicros(event.eventMicros());
                fromMicros = Math.min(fromMicros, startMicros - Limits.EVENT_AHEAD_MICROS);
            }
        }
        return fromMicros;
    }
}

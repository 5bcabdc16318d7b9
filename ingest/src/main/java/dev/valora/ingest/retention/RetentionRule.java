package dev.valora.ingest.retention;

import dev.valora.ingest.JournalBeginning.SealedFile;
import dev.valora.ingest.Limits;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Decides whether a journal file may go.
 *
 * @param retentionDays that files are kept; not less than {@code restoreHorizonDays} and more than {@code maxEventAgeDays}
 * @param restoreHorizonDays how old a backup may be from which the database is restored
 * @param maxEventAgeDays beyond which an event is refused
 */
public record RetentionRule(int retentionDays, int restoreHorizonDays, int maxEventAgeDays) {

    private static final long DAY_MICROS = 86_400_000_000L;

    public RetentionRule {
        if (restoreHorizonDays < 0 || retentionDays < restoreHorizonDays || retentionDays <= maxEventAgeDays) {
            throw new IllegalArgumentException("files cannot be kept for " + retentionDays
                    + " days with a restore horizon of " + restoreHorizonDays + " and events as old as "
                    + maxEventAgeDays);
        }
    }

    /**
     * What is known when a file is looked at. Times are microseconds since the epoch.
     *
     * @param appliedSequence the last entry that is in the stored windows
     * @param watermarkMicros accepted time: all usage accepted before it is in the stored windows
     * @param unbilledFromMicros event time from which on cycles are not closed; {@link Long#MAX_VALUE} when all are
     * @param neededFromMicros accepted time from which on a void needs the journal; {@link Long#MAX_VALUE} when
     *     none does
     */
    public record Facts(long appliedSequence, long watermarkMicros, long unbilledFromMicros, long neededFromMicros) {}

    /** Everything that holds a file; empty when it may go. */
    public Set<Hold> holds(SealedFile file, Facts facts) {
        Set<Hold> holds = EnumSet.noneOf(Hold.class);
        long last = file.lastAcceptedMicros();
        long watermark = facts.watermarkMicros();
        hold(holds, Hold.RETENTION, !isOlder(last, retentionDays, watermark));
        hold(holds, Hold.RESTORE_HORIZON, !isOlder(last, restoreHorizonDays, watermark));
        hold(holds, Hold.EVENT_AGE, !isOlder(latestEventMicros(last), maxEventAgeDays, watermark));
        hold(holds, Hold.NOT_APPLIED, facts.appliedSequence() < file.span().lastSequence());
        hold(holds, Hold.OPEN_CYCLE, latestEventMicros(last) >= facts.unbilledFromMicros());
        hold(holds, Hold.VOID, last >= facts.neededFromMicros());
        return holds;
    }

    /** How many files may go, from the first on. */
    public int removable(List<SealedFile> oldestFirst, Facts facts) {
        int count = 0;
        while (count < oldestFirst.size()
                && holds(oldestFirst.get(count), facts).isEmpty()) {
            count++;
        }
        return count;
    }

    /**
     * The sequence from which on entries are as young as the restore horizon, or stand in one file with such: a database may
     * have to apply them again.
     *
     * @param watermarkMicros as in {@link Facts}
     */
    public long horizonSequence(List<SealedFile> oldestFirst, long watermarkMicros) {
        long sequence = 1;
        for (SealedFile file : oldestFirst) {
            if (!isOlder(file.lastAcceptedMicros(), restoreHorizonDays, watermarkMicros)) {
                return file.span().firstSequence();
            }
            sequence = file.span().lastSequence() + 1;
        }
        return sequence;
    }

    /** The latest time at which usage can have happened that was accepted until a time. */
    public static long latestEventMicros(long acceptedMicros) {
        return acceptedMicros + Limits.EVENT_AHEAD_MICROS;
    }

    private static boolean isOlder(long micros, int days, long watermarkMicros) {
        return micros < watermarkMicros - days * DAY_MICROS;
    }

    private static void hold(Set<Hold> holds, Hold hold, boolean holding) {
        if (holding) {
            holds.add(hold);
        }
    }
}

package dev.valora.ingest.admission;

import dev.valora.ingest.Limits;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.RegisteredMeter;
import dev.valora.ingest.VoidRecord;

/**
 * Decides the fate of every event of a batch, in journal order: first whether its key was seen, then the state of its meter,
 * then its age, so that a retry stays a duplicate after its meter was archived or the event grew old. A key is claimed only
 * together with the copy of its record into the entry.
 *
 * <p>Pure but for the index and the entry it is given. One thread, the single writer.
 */
public final class Admission {

    private static final long DAY_MICROS = 86_400_000_000L;

    private final DedupIndex index;
    private final long ageMicrosMax;

    /** Event time: keys of events that happened until then may be forgotten. */
    private long forgottenThroughMicros = Long.MIN_VALUE;

    /** Written only, so that the reads ahead are not optimized away. */
    long touched;

    /** @param ageDaysMax an event that happened longer ago than this many days is refused; at least 1 */
    public Admission(DedupIndex index, int ageDaysMax) {
        if (ageDaysMax < 1) {
            throw new IllegalArgumentException("the greatest age must be at least a day, not " + ageDaysMax);
        }
        this.index = index;
        this.ageMicrosMax = ageDaysMax * DAY_MICROS;
    }

    /**
     * Judges a batch at the entry's accepted time and appends what is accepted; the entry must have room for all of it.
     *
     * <p>A request that is all or nothing and has any failure, those found while parsing among them, leaves no trace in the
     * index or the entry and counts nothing as accepted or duplicate. Its verdicts stay, so that the failures can be told;
     * those of the others then say what would have been.
     */
    public void admit(UsageBatch batch, EntryDraft entry) {
        touchSlots(batch);
        int accepted = 0;
        int duplicates = 0;
        for (int i = 0; i < batch.size(); i++) {
            Verdict verdict = judge(batch, i, entry.acceptedMicros(), entry.position(accepted));
            batch.verdict[i] = verdict;
            if (verdict == Verdict.ACCEPTED) {
                accepted++;
            } else if (verdict == Verdict.DUPLICATE) {
                duplicates++;
            }
        }
        batch.judged(accepted, duplicates, entry.acceptedMicros());
        if (batch.isAtomic() && batch.hasFailures()) {
            undo(batch);
            batch.judged(0, 0, entry.acceptedMicros());
        } else {
            append(batch, entry);
        }
    }

    /**
     * From now on keys of events before a packed position are free, all at once. Events that could be such a one sent again are
     * too old from now on, whatever age is allowed: it could not be seen that they were counted.
     *
     * @param eventMicros until when events before the position can have happened
     */
    public void forgetBefore(long position, long eventMicros) {
        index.forgetBefore(position);
        forgottenThroughMicros = Math.max(forgottenThroughMicros, eventMicros);
    }

    /** Gives back memory of forgotten keys, see {@link DedupIndex#purge}. */
    public void purge(int partition) {
        index.purge(partition);
    }

    /** The packed position of the event; 0 when its key was never accepted, or is forgotten. */
    public long eventPosition(EventIdentity identity) {
        return index.find(identity.high(), identity.low()) ? index.foundPosition() : 0;
    }

    /**
     * The packed position of an event's void; 0 when it is not voided.
     *
     * @param eventPosition packed; a void of an earlier event with the same key, which is forgotten, is none of this one
     */
    public long voidPosition(EventIdentity identity, long eventPosition) {
        return index.find(identity.voidHigh(), identity.voidLow()) && index.foundFingerprint() == eventPosition
                ? index.foundPosition()
                : 0;
    }

    /**
     * Claims and appends the void of an event that has none, see {@link #voidPosition}. The key itself stays claimed, so a retry of
     * the event remains a duplicate.
     *
     * @param voided the entry must have room for it
     * @return the packed position of the void
     * @throws IllegalStateException when the event is voided already; nothing has changed
     */
    public long admitVoid(EventIdentity identity, VoidRecord voided, EntryDraft entry) {
        long event = voided.eventPosition();
        long position = entry.position(0);
        if (!index.claim(identity.voidHigh(), identity.voidLow(), event, position)) {
            if (index.foundFingerprint() == event) {
                throw new IllegalStateException("the event at " + Position.unpack(event) + " is voided already");
            }
            // What stands there is the void of an earlier event with the same key, which is forgotten.
            index.remove(identity.voidHigh(), identity.voidLow());
            index.claim(identity.voidHigh(), identity.voidLow(), event, position);
        }
        entry.append(voided.encode());
        return position;
    }

    /** The slots lie anywhere in gigabytes: asking for all of them first lets the memory answer many at once. */
    private void touchSlots(UsageBatch batch) {
        long sum = 0;
        for (int i = 0; i < batch.size(); i++) {
            sum += index.touch(batch.hashHigh[i]);
        }
        touched = sum;
    }

    private Verdict judge(UsageBatch batch, int i, long acceptedMicros, long position) {
        Verdict ifNew = verdictIfNew(batch, i, acceptedMicros);
        boolean isNew = ifNew == Verdict.ACCEPTED
                ? index.claim(batch.hashHigh[i], batch.hashLow[i], batch.fingerprint[i], position)
                : !index.find(batch.hashHigh[i], batch.hashLow[i]);
        if (isNew) {
            return ifNew;
        }
        return index.foundFingerprint() == batch.fingerprint[i] ? Verdict.DUPLICATE : Verdict.CONFLICT;
    }

    private Verdict verdictIfNew(UsageBatch batch, int i, long acceptedMicros) {
        RegisteredMeter meter = batch.meter[i];
        if (meter != null && meter.isArchived()) {
            return Verdict.ARCHIVED_METER;
        }
        if (batch.verdict[i] != Verdict.ACCEPTED) {
            return batch.verdict[i];
        }
        int record = batch.recordOffset[i];
        if ((batch.records[record + RecordLayout.EVENT_FLAGS] & RecordLayout.FLAG_TIME_DEFAULTED) != 0) {
            return Verdict.ACCEPTED;
        }
        long eventMicros = RecordLayout.getLong(batch.records, record + RecordLayout.EVENT_TIME);
        if (eventMicros < acceptedMicros - ageMicrosMax || eventMicros <= forgottenThroughMicros) {
            return Verdict.TIMESTAMP_TOO_OLD;
        }
        return eventMicros > acceptedMicros + Limits.EVENT_AHEAD_MICROS
                ? Verdict.TIMESTAMP_TOO_FAR_IN_FUTURE
                : Verdict.ACCEPTED;
    }

    private void undo(UsageBatch batch) {
        for (int i = batch.size() - 1; i >= 0; i--) {
            if (batch.verdict[i] == Verdict.ACCEPTED && !index.remove(batch.hashHigh[i], batch.hashLow[i])) {
                throw new IllegalStateException("a claim made in this request is gone");
            }
        }
    }

    private static void append(UsageBatch batch, EntryDraft entry) {
        int size = batch.size();
        for (int from = 0; from < size; from++) {
            int to = from;
            while (to < size && batch.verdict[to] == Verdict.ACCEPTED) {
                to++;
            }
            if (to > from) {
                int offset = batch.recordOffset[from];
                int end = to < size ? batch.recordOffset[to] : batch.recordsLength();
                entry.appendEvents(batch.records, offset, end - offset, to - from);
                from = to;
            }
        }
    }
}

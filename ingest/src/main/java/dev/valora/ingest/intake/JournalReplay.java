package dev.valora.ingest.intake;

import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EventHash;

/**
 * Reads the journal from its first entry to its last and rebuilds what the single writer must know: the meters and every
 * idempotency key. Runs before the writer starts, on one thread, and hands both over to it.
 */
public final class JournalReplay {

    /** Watches a replay, which may take minutes. Called on its thread every so often and at its end. */
    @FunctionalInterface
    public interface Progress {

        /**
         * Told how far the replay is.
         *
         * @param events read so far
         * @param sequence of the last entry read
         * @param forcedSequence of the last entry there is
         */
        void onProgress(long events, long sequence, long forcedSequence);
    }

    /** What was read. */
    public record Counts(long entries, long events, long meterRecords) {}

    /** Keys that are hashed and touched before the first of them is claimed. */
    private static final int CLAIM_GROUP = 1_024;

    private static final long EVENTS_BETWEEN_PROGRESS = 1_000_000;

    private final EventHash hash;
    private final DedupIndex index;
    private final MeterDirectory meters;

    private final long[] high = new long[CLAIM_GROUP];
    private final long[] low = new long[CLAIM_GROUP];
    private final long[] fingerprint = new long[CLAIM_GROUP];
    private final long[] position = new long[CLAIM_GROUP];
    private int waiting;
    private long entries;
    private long events;
    private long meterRecords;

    /** Written only, so that the reads ahead are not optimized away. */
    long touched;

    /**
     * A replay into an empty index and an empty directory.
     *
     * @param hash with the secret of this journal's data directory
     */
    public JournalReplay(EventHash hash, DedupIndex index, MeterDirectory meters) {
        this.hash = hash;
        this.index = index;
        this.meters = meters;
    }

    /**
     * Replays everything on disk; once per instance.
     *
     * @throws JournalCorruptException when an entry is missing or cannot be what the writer wrote
     */
    public Counts run(Journal journal, Progress progress) {
        long last = journal.forcedSequence();
        long nextProgress = EVENTS_BETWEEN_PROGRESS;
        try (JournalReader reader = journal.reader(1)) {
            for (long sequence = 1; sequence <= last; sequence++) {
                JournalEntry entry = reader.poll();
                if (entry == null || entry.sequence() != sequence) {
                    throw new JournalCorruptException("journal entry " + sequence + " of " + last + " cannot be read");
                }
                replay(entry);
                if (events >= nextProgress) {
                    progress.onProgress(events, sequence, last);
                    nextProgress = events + EVENTS_BETWEEN_PROGRESS;
                }
            }
        }
        claimWaiting();
        progress.onProgress(events, last, last);
        return new Counts(entries, events, meterRecords);
    }

    private void replay(JournalEntry entry) {
        int record = entry.firstRecord();
        for (int i = 0; i < entry.recordCount(); i++) {
            long at = Position.pack(entry.sequence(), i);
            switch (entry.recordType(record)) {
                case RecordLayout.TYPE_EVENT -> event(entry.bytes(), record, at);
                case RecordLayout.TYPE_METER_DEFINED -> {
                    meters.define(MeterRecords.decodeDefined(entry.bytes(), record), at);
                    meterRecords++;
                }
                case RecordLayout.TYPE_METER_ARCHIVED -> {
                    MeterRecords.Archived archived = MeterRecords.decodeArchived(entry.bytes(), record);
                    meters.archive(archived.organization(), archived.code(), at);
                    meterRecords++;
                }
                case RecordLayout.TYPE_EVENT_VOIDED -> voided(entry.bytes(), record, at);
                default ->
                    throw new JournalCorruptException("unknown record type " + entry.recordType(record) + " at "
                            + Position.unpack(at) + ": written by a newer version?");
            }
            record = entry.nextRecord(record);
        }
        entries++;
    }

    private void event(byte[] bytes, int record, long at) {
        hash.hash(bytes, record);
        events++;
        claim(hash.fingerprint(), at);
    }

    /** A void is known by an identity of its own, so that there is one for each event at most. */
    private void voided(byte[] bytes, int record, long at) {
        hash.hashVoid(bytes, VoidRecord.eventOffset(record));
        claim(0, at);
    }

    private void claim(long contentFingerprint, long at) {
        high[waiting] = hash.high();
        low[waiting] = hash.low();
        fingerprint[waiting] = contentFingerprint;
        position[waiting] = at;
        touched += index.touch(hash.high());
        if (++waiting == CLAIM_GROUP) {
            claimWaiting();
        }
    }

    private void claimWaiting() {
        for (int i = 0; i < waiting; i++) {
            if (!index.claim(high[i], low[i], fingerprint[i], position[i])) {
                throw new JournalCorruptException("the event at " + Position.unpack(position[i])
                        + " has the key of the one at " + Position.unpack(index.foundPosition()));
            }
        }
        waiting = 0;
    }
}

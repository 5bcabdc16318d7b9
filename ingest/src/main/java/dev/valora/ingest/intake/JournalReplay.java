package dev.valora.ingest.intake;

import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalReader;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.keys.KeyFile;
import dev.valora.ingest.keys.KeyFileAttempt;
import dev.valora.ingest.keys.KeyFiles;
import dev.valora.ingest.keys.KeyLoad;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds what the single writer must know, the meters and every idempotency key, from the whole journal or, where there are
 * key files, from those and the rest of the journal. Runs before the writer starts, on one thread, and hands both over to it.
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

        /**
         * Told how far the reading of key files is, which comes before anything is claimed from the journal.
         *
         * @param keys read so far
         * @param all keys in the key files
         */
        default void onKeys(long keys, long all) {}
    }

    /**
     * What was read.
     *
     * @param entries of the journal itself
     * @param events of the journal itself, but for those read to finish a key file
     * @param meterRecords of the journal and of key files
     * @param keys that came from key files
     */
    public record Counts(long entries, long events, long meterRecords, long keys) {}

    private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);

    /** Keys that are hashed and touched before the first of them is claimed. */
    private static final int CLAIM_GROUP = 1_024;

    private static final long EVENTS_BETWEEN_PROGRESS = 1_000_000;

    private final EventHash hash;
    private final DedupIndex index;
    private final MeterDirectory meters;
    private final VoidReach reach;

    private final long[] high = new long[CLAIM_GROUP];
    private final long[] low = new long[CLAIM_GROUP];
    private final long[] fingerprint = new long[CLAIM_GROUP];
    private final long[] position = new long[CLAIM_GROUP];
    private int waiting;

    /** Of the journal file that is being replayed; null when none is wanted. */
    private @Nullable KeyFileAttempt keyFile;

    /** Packed, of the oldest record that was not removed. */
    private long firstPosition;

    /** Whether keys may be there already, with the same position, because a damaged key file was read before. */
    private boolean mayRepeat;

    private long nextProgress = EVENTS_BETWEEN_PROGRESS;
    private long keys;
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
        this(hash, index, meters, new VoidReach(1, Long.MIN_VALUE, 0));
    }

    /**
     * A replay into an empty index and an empty directory.
     *
     * @param hash with the secret of this journal's data directory
     * @param reach told of the voids in the journal
     */
    public JournalReplay(EventHash hash, DedupIndex index, MeterDirectory meters, VoidReach reach) {
        this.hash = hash;
        this.index = index;
        this.meters = meters;
        this.reach = reach;
    }

    /**
     * Replays everything on disk, without key files; once per instance.
     *
     * @throws JournalCorruptException when an entry is missing or cannot be what the writer wrote
     */
    public Counts run(Journal journal, Progress progress) {
        begin(journal);
        return finish(journal, journal.firstSequence(), progress);
    }

    /**
     * Reads the key files of sealed journal files, finishes what a kill left of one, and replays what has none, or none that is
     * intact, and writes it; once per instance. It makes no difference to the outcome which of the two a key came from.
     *
     * @throws JournalCorruptException when an entry is missing or cannot be what the writer wrote
     */
    public Counts run(Journal journal, KeyFiles files, Progress progress) {
        Map<JournalSpan, KeyFile> intact = new LinkedHashMap<>();
        try {
            Set<KeyFile> damaged = load(journal, files, intact, progress);
            begin(journal);
            long next = journal.firstSequence();
            for (JournalSpan span : journal.sealedFiles()) {
                KeyFile file = intact.get(span);
                if (file != null && !damaged.contains(file)) {
                    file.forEachOther(this::other);
                    keys += file.keys();
                } else if (!span.isEmpty()) {
                    mayRepeat = file != null;
                    replay(journal, span, files, progress);
                }
                next = span.lastSequence() + 1;
            }
            mayRepeat = false;
            return finish(journal, next, progress);
        } finally {
            intact.values().forEach(JournalReplay::close);
        }
    }

    /**
     * Claims the keys of all key files there are; meanwhile what a kill left of another one is finished, and claimed then.
     *
     * @param intact to which all of them are added
     * @return those that turned out to be damaged
     */
    private Set<KeyFile> load(Journal journal, KeyFiles files, Map<JournalSpan, KeyFile> intact, Progress progress) {
        List<JournalSpan> missing = new ArrayList<>();
        for (JournalSpan span : journal.sealedFiles()) {
            if (!span.isEmpty()) {
                files.open(span).ifPresentOrElse(file -> intact.put(span, file), () -> missing.add(span));
            }
        }
        List<KeyFile> there = List.copyOf(intact.values());
        List<KeyFile> made = new ArrayList<>();
        long more = missing.stream().mapToLong(files::keysLeft).sum();
        try (KeyLoad load = new KeyLoad(there, index, more)) {
            load.begin();
            for (JournalSpan span : missing) {
                completed(journal, files, span, progress).ifPresent(file -> {
                    intact.put(span, file);
                    made.add(file);
                });
            }
            Set<KeyFile> damaged = new HashSet<>(load.end(read -> progress.onKeys(read, keys(intact.values()))));
            if (!made.isEmpty()) {
                long before = keys(there);
                try (KeyLoad last = new KeyLoad(made, index)) {
                    damaged.addAll(last.run(read -> progress.onKeys(before + read, keys(intact.values()))));
                }
            }
            return damaged;
        }
    }

    private static long keys(Collection<KeyFile> files) {
        return files.stream().mapToLong(KeyFile::keys).sum();
    }

    /** The key file that a kill cut off, finished; empty when nothing of it can be used. */
    private Optional<KeyFile> completed(Journal journal, KeyFiles files, JournalSpan span, Progress progress) {
        Optional<KeyFileReading> left = KeyFileReading.resume(journal, files, hash, span);
        if (left.isEmpty()) {
            return Optional.empty();
        }
        KeyFileReading reading = left.get();
        try {
            long next = EVENTS_BETWEEN_PROGRESS;
            while (!reading.isDone() && reading.isAlive()) {
                reading.next();
                if (reading.events() >= next) {
                    progress.onProgress(reading.events(), reading.nextSequence() - 1, journal.forcedSequence());
                    next = reading.events() + EVENTS_BETWEEN_PROGRESS;
                }
            }
            if (reading.finish()) {
                return files.open(span);
            }
        } finally {
            reading.leave();
        }
        if (!reading.isOfThisJournal()) {
            LOG.warn("What is left of the key file of journal file {} is of other events.", span.number());
        }
        return Optional.empty();
    }

    private void begin(Journal journal) {
        firstPosition = Position.pack(journal.firstSequence(), 0);
        journal.carried().forEach(this::other);
    }

    private Counts finish(Journal journal, long first, Progress progress) {
        long last = journal.forcedSequence();
        replay(journal, first, last, progress);
        claimWaiting(); // of key files, when nothing of the journal had to be read
        progress.onProgress(events, last, last);
        return new Counts(entries, events, meterRecords, keys);
    }

    private void replay(Journal journal, JournalSpan span, KeyFiles files, Progress progress) {
        try (KeyFileAttempt attempt = new KeyFileAttempt(files, span.number())) {
            keyFile = attempt;
            replay(journal, span.firstSequence(), span.lastSequence(), progress);
            attempt.finish(span);
        } finally {
            keyFile = null;
        }
    }

    private void replay(Journal journal, long first, long last, Progress progress) {
        if (first > last) {
            return;
        }
        try (JournalReader reader = journal.reader(first)) {
            for (long sequence = first; sequence <= last; sequence++) {
                JournalEntry entry = reader.poll();
                if (entry == null || entry.sequence() != sequence) {
                    throw new JournalCorruptException("journal entry " + sequence + " of " + last + " cannot be read");
                }
                replay(entry);
                if (events >= nextProgress) {
                    progress.onProgress(events, sequence, journal.forcedSequence());
                    nextProgress = events + EVENTS_BETWEEN_PROGRESS;
                }
            }
        }
        claimWaiting();
    }

    private void replay(JournalEntry entry) {
        int record = entry.firstRecord();
        for (int i = 0; i < entry.recordCount(); i++) {
            long at = Position.pack(entry.sequence(), i);
            if (entry.recordType(record) == RecordLayout.TYPE_EVENT) {
                event(entry.bytes(), record, at);
            } else {
                other(entry.bytes(), record, at);
                if (keyFile != null) {
                    keyFile.other(entry.bytes(), record, at);
                }
            }
            record = entry.nextRecord(record);
        }
        entries++;
    }

    /** A record that is not an event, from the journal or as a key file keeps it. */
    private void other(byte[] bytes, int record, long at) {
        switch (RecordLayout.getU8(bytes, record + RecordLayout.RECORD_TYPE)) {
            case RecordLayout.TYPE_METER_DEFINED -> {
                meters.define(MeterRecords.decodeDefined(bytes, record), at);
                meterRecords++;
            }
            case RecordLayout.TYPE_METER_ARCHIVED -> {
                MeterRecords.Archived archived = MeterRecords.decodeArchived(bytes, record);
                meters.archive(archived.organization(), archived.code(), at);
                meterRecords++;
            }
            case RecordLayout.TYPE_EVENT_VOIDED -> voided(bytes, record, at);
            default ->
                throw new JournalCorruptException(
                        "unknown record type " + RecordLayout.getU8(bytes, record + RecordLayout.RECORD_TYPE) + " at "
                                + Position.unpack(at) + ": written by a newer version?");
        }
    }

    private void event(byte[] bytes, int record, long at) {
        hash.hash(bytes, record);
        events++;
        if (keyFile != null) {
            keyFile.key(hash.high(), hash.low(), hash.fingerprint(), at);
        }
        claim(hash.fingerprint(), at);
    }

    /**
     * A void is known by an identity of its own, so that there is one for each event at most. That of an event which is gone
     * says nothing of a later event with the same key.
     */
    private void voided(byte[] bytes, int record, long at) {
        reach.replay(at, VoidRecord.decode(bytes, record), meters);
        long eventPosition = VoidRecord.eventPosition(bytes, record);
        if (eventPosition >= firstPosition) {
            hash.hashVoid(bytes, VoidRecord.eventOffset(record));
            claim(eventPosition, at);
        }
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
            if (!index.claim(high[i], low[i], fingerprint[i], position[i])
                    && !(mayRepeat && index.foundPosition() == position[i])) {
                throw new JournalCorruptException("the event at " + Position.unpack(position[i])
                        + " has the key of the one at " + Position.unpack(index.foundPosition()));
            }
        }
        waiting = 0;
    }

    private static void close(KeyFile file) {
        try {
            file.close();
        } catch (IOException unimportant) {
            LOG.debug("A key file that was read could not be closed", unimportant);
        }
    }
}

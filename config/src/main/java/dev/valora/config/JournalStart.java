package dev.valora.config;

import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Settings;
import dev.valora.ingest.Journal;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.admission.Admission;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.intake.JournalReplay;
import dev.valora.ingest.journal.DiskLimits;
import dev.valora.ingest.journal.JournalOptions;
import dev.valora.ingest.keys.KeyFiles;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What the single writer must know of the journal before it goes on writing.
 *
 * @param keys owned by whoever asked for the replay
 */
record JournalStart(MeterDirectory meters, DedupIndex keys, Admission admission) {

    private static final long NOTICE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How the settings want the journal kept. */
    static JournalOptions options(Settings settings, Ticker ticker) {
        DiskLimits limits = new DiskLimits(
                (long) settings.get(Setting.DISK_LOW_MIB) << 20,
                (long) settings.get(Setting.DISK_FULL_MIB) << 20,
                DiskLimits.FreeSpace.SYSTEM);
        return JournalOptions.standard(ticker)
                .with(limits, settings.get(Setting.INGEST_DURABILITY))
                .withFileBytes((long) settings.get(Setting.JOURNAL_FILE_MIB) << 20);
    }

    /** Reads key files, and the journal where there are none. Says how far it is, every second, when it takes longer than one. */
    static JournalStart replay(Journal journal, KeyFiles files, Identity identity, Settings settings, Notices notices) {
        MeterDirectory meters = new MeterDirectory();
        DedupIndex keys = new DedupIndex();
        try {
            EventHash hash = new EventHash(identity.hashSecret());
            notices.done(new JournalReplay(hash, keys, meters).run(journal, files, notices));
        } catch (RuntimeException | Error failed) {
            keys.close();
            throw failed;
        }
        return new JournalStart(meters, keys, new Admission(keys, settings.get(Setting.MAX_EVENT_AGE_DAYS)));
    }

    /** Lines for whoever waits in front of a terminal. */
    static final class Notices implements JournalReplay.Progress {
        private final Ticker ticker;
        private final PrintWriter err;
        private final long beginNanos;
        private long noticedNanos;
        private boolean said;

        Notices(Ticker ticker, PrintWriter err) {
            this.ticker = ticker;
            this.err = err;
            this.beginNanos = ticker.nanos();
            this.noticedNanos = beginNanos;
        }

        @Override
        public void onProgress(long events, long sequence, long forcedSequence) {
            if (sequence < forcedSequence && isDue()) {
                err.printf(
                        Locale.ROOT,
                        "reading the journal: %,d events, %d %%%n",
                        events,
                        100 * sequence / forcedSequence);
                err.flush();
            }
        }

        @Override
        public void onKeys(long keys, long all) {
            if (keys < all && isDue()) {
                err.printf(Locale.ROOT, "reading key files: %,d keys, %d %%%n", keys, 100 * keys / all);
                err.flush();
            }
        }

        private boolean isDue() {
            long now = ticker.nanos();
            if (now - noticedNanos < NOTICE_NANOS) {
                return false;
            }
            noticedNanos = now;
            said = true;
            return true;
        }

        private void done(JournalReplay.Counts counts) {
            if (said) {
                err.printf(
                        Locale.ROOT,
                        "reading the journal: %,d events, and %,d keys from key files, in %.1f s%n",
                        counts.events(),
                        counts.keys(),
                        (ticker.nanos() - beginNanos) / 1e9);
                err.flush();
            }
        }
    }
}

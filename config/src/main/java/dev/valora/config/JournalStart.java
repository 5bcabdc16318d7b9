package dev.valora.config;

import dev.valora.config.management.ServerMetrics;
import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Settings;
import dev.valora.ingest.Journal;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.admission.Admission;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.intake.IntakeLoop;
import dev.valora.ingest.intake.JournalReplay;
import dev.valora.ingest.intake.VoidReach;
import dev.valora.ingest.journal.DiskLimits;
import dev.valora.ingest.journal.JournalOptions;
import dev.valora.ingest.keys.KeyFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What the single writer must know of the journal before it goes on writing.
 *
 * @param keys owned by whoever asked for the replay
 */
record JournalStart(MeterDirectory meters, DedupIndex keys, Admission admission, VoidReach reach) {

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

    /** What there is of the journal, as gauges. */
    static void watch(Journal journal, DataDirectory directory, ServerMetrics metrics) {
        metrics.gauge("valora_journal_sequence", "The last entry on disk", journal::forcedSequence);
        metrics.gauge("valora_journal_first_sequence", "The oldest entry that was not removed", journal::firstSequence);
        metrics.gauge(
                "valora_journal_removed_through_seconds",
                "Since 1970: everything is kept that was accepted later; 0 when nothing was removed",
                () -> Math.max(0, journal.removedThroughMicros()) / 1e6);
        metrics.gauge("valora_journal_bytes", "Bytes of the journal's files", () -> bytesIn(directory.journal()));
    }

    /** What the writer changes from now on. */
    IntakeLoop.Journaled forWriter() {
        return new IntakeLoop.Journaled(meters, admission, reach);
    }

    /** What is known of keys, as gauges. */
    void watch(ServerMetrics metrics) {
        metrics.gauge("valora_dedup_keys", "Idempotency keys remembered", keys::size);
        metrics.gauge("valora_dedup_bytes", "Memory of the idempotency keys", keys::bytes);
    }

    private static long bytesIn(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | UncheckedIOException changing) {
            // A file went while it was looked at; the next look will do.
            return -1;
        }
    }

    /** Reads key files, and the journal where there are none. Says how far it is, every second, when it takes longer than one. */
    static JournalStart replay(Journal journal, KeyFiles files, Identity identity, Settings settings, Notices notices) {
        MeterDirectory meters = new MeterDirectory();
        DedupIndex keys = new DedupIndex();
        VoidReach reach = VoidReach.of(
                journal, settings.get(Setting.JOURNAL_RETENTION_DAYS).orElse(0));
        try {
            EventHash hash = new EventHash(identity.hashSecret());
            notices.done(new JournalReplay(hash, keys, meters, reach).run(journal, files, notices));
        } catch (RuntimeException | Error failed) {
            keys.close();
            throw failed;
        }
        return new JournalStart(meters, keys, new Admission(keys, settings.get(Setting.MAX_EVENT_AGE_DAYS)), reach);
    }

    /** Lines for whoever waits in front of a terminal; and the end of the replay when the server is stopped meanwhile. */
    static final class Notices implements JournalReplay.Progress {
        private final Ticker ticker;
        private final Parts parts;
        private final PrintWriter err;
        private final long beginNanos;
        private long noticedNanos;
        private boolean said;

        Notices(Ticker ticker, Parts parts, PrintWriter err) {
            this.ticker = ticker;
            this.parts = parts;
            this.err = err;
            this.beginNanos = ticker.nanos();
            this.noticedNanos = beginNanos;
        }

        @Override
        public void onProgress(long events, long sequence, long forcedSequence) {
            parts.requireStarting("reading the journal");
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
            parts.requireStarting("reading key files");
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

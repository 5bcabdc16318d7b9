package dev.valora.config;

import dev.valora.billing.cycles.UnclosedCycles;
import dev.valora.config.management.ServerMetrics;
import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Settings;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.Database;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.intake.RetentionLoop;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.JournalRemoval;
import dev.valora.ingest.keys.KeyFileRemoval;
import dev.valora.ingest.retention.Hold;
import dev.valora.ingest.retention.RetentionRule;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the removal of journal files is made, if an operator wants it. */
final class RetentionStart {

    private static final Logger LOG = LoggerFactory.getLogger(RetentionStart.class);

    private RetentionStart() {}

    /** What the loop needs of the rest of the server. */
    record Ports(Database database, AppliedUsage applied, Ticker ticker, ServerMetrics metrics) {}

    /** Finishes a removal that was cut off, as far as the journal did not when it was opened. */
    static void finish(ChronicleJournal journal, DataDirectory directory) {
        try {
            int removed = new KeyFileRemoval(directory.keys()).before(new JournalRemoval(journal).firstFile());
            if (removed > 0) {
                LOG.warn("The removal of {} key files was cut off; it is finished now.", removed);
            }
        } catch (UncheckedIOException harmless) {
            LOG.warn("{}", harmless.getMessage());
        }
    }

    /** Empty when files are kept for ever. */
    static Optional<RetentionLoop> loop(
            ChronicleJournal journal, DataDirectory directory, JournalStart known, Ports ports, Settings settings) {
        return settings.get(Setting.JOURNAL_RETENTION_DAYS).map(days -> {
            RetentionRule rule = new RetentionRule(
                    days, settings.get(Setting.RESTORE_HORIZON_DAYS), settings.get(Setting.MAX_EVENT_AGE_DAYS));
            RetentionLoop loop = new RetentionLoop(
                    new RetentionLoop.Ports(
                            new JournalRemoval(journal),
                            new KeyFileRemoval(directory.keys()),
                            known.meters(),
                            known.reach(),
                            ports.applied(),
                            new UnclosedCycles(ports.database()),
                            ports.ticker(),
                            ports.metrics().retention()),
                    rule);
            watch(loop, ports.metrics());
            return loop;
        });
    }

    private static void watch(RetentionLoop loop, ServerMetrics metrics) {
        for (Hold hold : Hold.values()) {
            metrics.gauge(
                    "valora_retention_held",
                    "1 for what holds the oldest journal file back from removal",
                    () -> loop.holds().contains(hold) ? 1 : 0,
                    "by",
                    hold.wireName());
        }
    }
}

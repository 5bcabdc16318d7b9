package dev.valora.config;

import dev.valora.aggregator.follow.FoldLoop;
import dev.valora.aggregator.query.EventListRoutes;
import dev.valora.ingest.Database;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.WallClock;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.events.EventRoutes;
import dev.valora.ingest.http.UsageReader;
import dev.valora.ingest.intake.IntakeLoop;
import dev.valora.ingest.intake.KeyFileLoop;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.parse.UsageParser;
import java.util.function.Supplier;

/**
 * Everything between the event loops and PostgreSQL, not yet running.
 *
 * @param hashes with the secret of the data directory, one for each thread
 * @param known of the journal when the server started
 */
record Pipeline(
        ChronicleJournal journal,
        Supplier<EventHash> hashes,
        WallClock clock,
        JournalStart known,
        IntakeLoop intake,
        FoldLoop fold,
        KeyFileLoop keyFiles) {

    /** The routes of single events. */
    EventRoutes eventRoutes() {
        return new EventRoutes(intake, journal::read, journal::removedThroughMicros, hashes);
    }

    /** The route that lists the events behind windows. */
    EventListRoutes eventListRoutes(Database database, Ticker ticker) {
        return new EventListRoutes(journal, database, known.meters(), fold, ticker);
    }

    /** A reader of usage bodies, one for each event loop. */
    UsageReader usageReader() {
        return new UsageParser(hashes.get(), known.meters())::parse;
    }
}

package dev.valora.aggregator.follow;

import dev.valora.ingest.Journal;
import dev.valora.ingest.MeterDirectory;

/**
 * A journal and the meters that a replay of it has found.
 *
 * @param meters must hold, when the loop is first stepped, every meter that the journal defines up to its last entry on disk
 */
public record FollowedJournal(Journal journal, MeterDirectory meters) {}

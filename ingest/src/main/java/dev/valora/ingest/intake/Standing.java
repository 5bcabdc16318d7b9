package dev.valora.ingest.intake;

import dev.valora.ingest.Journal;
import dev.valora.ingest.Limits;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.WallClock;
import dev.valora.ingest.intake.Intake.Offer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether anything may be taken at all: there must be room on the disk, and a time that can be believed. The writer looks
 * about once a second and before every entry; when the reason is gone it goes on by itself.
 */
final class Standing {

    private static final Logger LOG = LoggerFactory.getLogger(Standing.class);
    private static final long LOOK_NANOS = 1_000_000_000L;

    private final Journal journal;
    private final WallClock clock;
    private final Ticker ticker;

    // The writer's thread.
    private long lookedNanos;
    private long nowMicros;

    // Written by the writer's thread, read by any.
    private volatile Offer offer = Offer.TAKEN;

    Standing(Journal journal, WallClock clock, Ticker ticker) {
        this.journal = journal;
        this.clock = clock;
        this.ticker = ticker;
        this.lookedNanos = ticker.nanos() - LOOK_NANOS;
    }

    /** What usage is told before anything else is asked: {@link Offer#TAKEN} or why not. Any thread. */
    Offer usage() {
        return offer;
    }

    /** What a command is told: little is written for one, so it is taken while the disk is only low. Any thread. */
    Offer command() {
        Offer now = offer;
        return now == Offer.DISK_LOW ? Offer.TAKEN : now;
    }

    /** For whoever was just refused. */
    ProblemException refusal() {
        return new ProblemException(Refusals.problem(offer));
    }

    /** Looks again if the last time is a second ago. */
    void lookIfDue() {
        if (ticker.nanos() - lookedNanos >= LOOK_NANOS) {
            lookedNanos = ticker.nanos();
            look();
        }
    }

    private void look() {
        if (!permits(Limits.COMMIT_BYTES)) {
            return;
        }
        become(
                switch (journal.space()) {
                    case ENOUGH -> Offer.TAKEN;
                    case LOW -> Offer.DISK_LOW;
                    case NONE -> Offer.DISK_FULL;
                });
    }

    /** Whether an entry of so many bytes may be stamped, at {@link #nowMicros}, and committed. Says so to all if not. */
    boolean permits(int entryBytes) {
        long micros = clock.epochMicros();
        if (!clock.isTrusted(micros)) {
            become(Offer.CLOCK_JUMPED);
            return false;
        }
        if (!journal.reserve(entryBytes)) {
            become(Offer.DISK_FULL);
            return false;
        }
        nowMicros = micros;
        return true;
    }

    /** The time at which the last entry was permitted. */
    long nowMicros() {
        return nowMicros;
    }

    private void become(Offer next) {
        Offer before = offer;
        if (next == before) {
            return;
        }
        offer = next;
        if (next == Offer.TAKEN) {
            LOG.info("Usage is taken again, after {}.", before);
        } else {
            LOG.error("No usage is taken: {}.", next);
        }
    }
}

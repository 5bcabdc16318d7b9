package dev.valora.billing.schedule;

import dev.valora.billing.BillingObserver;
import dev.valora.billing.JobKind;
import dev.valora.billing.contract.CyclePolicies;
import dev.valora.billing.cycles.CloseJob;
import dev.valora.billing.cycles.Due;
import dev.valora.billing.cycles.DueStore;
import dev.valora.billing.cycles.DueStore.SetAside;
import dev.valora.ingest.Agent;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.Organization;
import dev.valora.ingest.OrganizationDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.Timestamps;
import dev.valora.ingest.WallClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds billing work that is due and does it, batch by batch. Stepped by its thread; {@link #doAllDue} may be called by any
 * other that may block.
 */
public final class BillingRun implements Agent {

    /** Subscriptions or cycles of one database transaction. */
    public static final int BATCH = 500;

    /** How long a batch may go on; a statement has half of that. */
    static final Duration BATCH_TIME = Duration.ofMinutes(1);

    private static final int SET_ASIDE_LISTED = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(BillingRun.class);

    private final Ports ports;
    private final BatchAttempts attempts;

    private final ReentrantLock turn = new ReentrantLock();
    private final Semaphore wakeUps = new Semaphore(0);
    // Under the lock "turn".
    private final OrganizationTurns turns;
    private boolean databaseAway;

    /**
     * What the run needs of the rest of the server.
     *
     * @param policies what cycles that open are given
     */
    public record Ports(
            Database database,
            OrganizationDirectory organizations,
            CyclePolicies policies,
            AppliedUsage applied,
            WallClock clock,
            Ticker ticker,
            BillingObserver observer) {}

    /**
     * Due work that was not done.
     *
     * @param what {@code subscription:} or {@code organization:} and an id
     * @param due when it should have been done
     * @param error a sentence
     */
    public record Unfinished(String what, Instant due, String error) {}

    /** What became of a batch. */
    private enum Outcome {
        /** Something was done or set aside, or will be tried with fewer at once. */
        ADVANCED,
        /** Nothing could be done, and there is nobody to set aside; the other organizations go on. */
        STUCK
    }

    /**
     * A run that has not begun.
     *
     * @param close bills cycles
     * @param batchSize subscriptions or cycles of one database transaction; {@link #BATCH} unless tested
     */
    public BillingRun(Ports ports, CloseJob close, int batchSize) {
        this.ports = ports;
        this.attempts = new BatchAttempts(ports, close);
        this.turns = new OrganizationTurns(batchSize);
    }

    @Override
    public String roleName() {
        return "billing";
    }

    /**
     * Does one batch for each organization that has work due, but for those that wait after a failure; returns how many batches
     * there were.
     */
    @Override
    public int doWork() {
        turn.lock();
        try {
            List<Due> earliest = find();
            if (earliest.isEmpty()) {
                countWhatWaits();
            }
            int advanced = 0;
            for (Due due : earliest) {
                if (!turns.isWaiting(due.organization(), ports.ticker().nanos())) {
                    advanced += guarded(due) == Outcome.ADVANCED ? 1 : 0;
                }
            }
            databaseAway = false;
            return advanced;
        } catch (DatabaseException failed) {
            if (!failed.isUnavailable()) {
                throw failed;
            }
            if (!databaseAway) {
                LOG.warn("Billing waits for PostgreSQL: {}", failed.getMessage());
            }
            databaseAway = true;
            return 0;
        } finally {
            turn.unlock();
        }
    }

    /**
     * Does everything that is due by the clock, as far as the watermark has come, and waits for no organization's turn.
     *
     * @return what is not done afterwards: every subscription that waits with an error, those first whose work is the most overdue,
     *     at most 1,000; and organizations for which nothing could be done at all
     * @throws DatabaseException when PostgreSQL cannot be reached; what was done until then stays done
     */
    public List<Unfinished> doAllDue() {
        turn.lock();
        try {
            Set<OrganizationId> givenUp = new HashSet<>();
            boolean advancing = true;
            while (advancing) {
                advancing = false;
                for (Due due : find()) {
                    if (givenUp.contains(due.organization())) {
                        continue;
                    }
                    boolean advanced = guarded(due) == Outcome.ADVANCED;
                    advancing |= advanced;
                    if (!advanced) {
                        givenUp.add(due.organization());
                    }
                }
            }
            return unfinished();
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void idle(long maxNanos) {
        try {
            if (wakeUps.tryAcquire(maxNanos, TimeUnit.NANOSECONDS)) {
                wakeUps.drainPermits();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends an {@link #idle}, or the next one. Any thread. */
    public void wake() {
        wakeUps.release();
    }

    @Override
    public void close() {
        // Nothing is open between two batches.
    }

    private List<Due> find() {
        Instant now = now();
        Instant watermark = ports.applied().appliedThrough();
        Instant through = watermark.isBefore(now) ? watermark : now;
        return ports.database().acrossOrganizations(transaction -> DueStore.earliest(transaction, through, now));
    }

    private void countWhatWaits() {
        Instant now = now();
        Instant watermark = ports.applied().appliedThrough();
        int behind = ports.database().acrossOrganizations(transaction -> {
            ports.observer().onSetAside(DueStore.setAsideCount(transaction, now));
            return DueStore.behindWatermark(transaction, watermark, now);
        });
        if (behind > 0) {
            ports.observer().onDeferred(JobKind.CLOSE, "watermark", behind);
        }
    }

    private List<Unfinished> unfinished() {
        List<Unfinished> unfinished = new ArrayList<>(turns.stuck());
        for (SetAside setAside : ports.database()
                .acrossOrganizations(transaction -> DueStore.setAside(transaction, now(), SET_ASIDE_LISTED))) {
            unfinished.add(
                    new Unfinished("subscription:" + setAside.subscription(), setAside.due(), setAside.failure()));
        }
        return unfinished;
    }

    /**
     * Does one batch; whatever goes wrong in it, the other organizations go on.
     *
     * @throws DatabaseException when PostgreSQL is away, for all of them
     */
    private Outcome guarded(Due due) {
        long startedNanos = ports.ticker().nanos();
        try {
            return run(due, startedNanos);
        } catch (DatabaseException failed) {
            if (BatchAttempts.isAway(failed)) {
                throw failed;
            }
            return stuck(due, failed, startedNanos);
        } catch (RuntimeException bug) {
            ports.observer().onError(due.job(), "unexpected");
            return stuck(due, bug, startedNanos);
        }
    }

    private Outcome run(Due due, long startedNanos) {
        Organization organization = ports.organizations().organization(due.organization());
        int limit = turns.limit(due.organization());
        return switch (attempts.run(due, organization, limit)) {
            case Attempt.Done done -> {
                turns.done(due.organization());
                yield Outcome.ADVANCED;
            }
            case Attempt.Undone undone -> undone(due, undone, limit, startedNanos);
        };
    }

    /** Somebody of the batch fails: it is tried with half of its members, down to one, who is set aside. */
    private Outcome undone(Due due, Attempt.Undone undone, int limit, long startedNanos) {
        if (undone.claimed().isEmpty()) {
            return stuck(due, new IllegalStateException(undone.failure().sentence()), startedNanos);
        }
        if (limit > 1) {
            LOG.warn(
                    "A batch of {} is tried with half of its {} members: {}",
                    due,
                    limit,
                    undone.failure().sentence());
        } else {
            attempts.setAside(due, undone);
        }
        long now = ports.ticker().nanos();
        if (undone.timeout()) {
            turns.halve(due.organization(), now, now - startedNanos);
        } else if (limit > 1) {
            turns.halve(due.organization(), now, 0);
        } else {
            turns.done(due.organization());
        }
        return Outcome.ADVANCED;
    }

    private Outcome stuck(Due due, RuntimeException why, long startedNanos) {
        LOG.error("{} cannot be done: {}", due, why.toString());
        LOG.debug("Why", why);
        long now = ports.ticker().nanos();
        turns.standStill(
                due.organization(),
                new Unfinished("organization:" + due.organization(), due.at(), String.valueOf(why.getMessage())),
                now,
                now - startedNanos);
        ports.observer().onDeferred(due.job(), "stuck", 1);
        return Outcome.STUCK;
    }

    private Instant now() {
        return Timestamps.now(ports.clock());
    }
}

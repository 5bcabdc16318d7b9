package dev.valora.billing.schedule;

import dev.valora.billing.BillingObserver;
import dev.valora.billing.JobKind;
import dev.valora.billing.contract.CyclePolicies;
import dev.valora.billing.contract.SetAsideStore;
import dev.valora.billing.cycles.Batch;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private static final int SET_ASIDE_LISTED = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(BillingRun.class);

    private final Ports ports;
    private final BatchAttempts attempts;
    private final int batchSize;

    private final ReentrantLock turn = new ReentrantLock();
    private final Semaphore wakeUps = new Semaphore(0);
    // Under the lock "turn".
    private final Map<OrganizationId, Integer> smallerBatches = new HashMap<>();
    private final Map<OrganizationId, Unfinished> stuck = new HashMap<>();
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
        this.batchSize = batchSize;
    }

    @Override
    public String roleName() {
        return "billing";
    }

    /** Does one batch for each organization that has work due; returns how many batches there were. */
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
                advanced += guarded(due) == Outcome.ADVANCED ? 1 : 0;
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
     * Does everything that is due by the clock, as far as the watermark has come.
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
        List<Unfinished> unfinished = new ArrayList<>(stuck.values());
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
        Outcome outcome;
        try {
            outcome = run(due);
        } catch (DatabaseException failed) {
            if (BatchAttempts.isAway(failed)) {
                throw failed;
            }
            outcome = stuck(due, failed);
        } catch (RuntimeException bug) {
            ports.observer().onError(due.job(), "unexpected");
            outcome = stuck(due, bug);
        }
        if (outcome == Outcome.ADVANCED) {
            stuck.remove(due.organization());
        } else {
            ports.observer().onDeferred(due.job(), "stuck", 1);
        }
        return outcome;
    }

    private Outcome stuck(Due due, RuntimeException why) {
        LOG.error("{} cannot be done: {}", due, why.toString());
        LOG.debug("Why", why);
        stuck.put(
                due.organization(),
                new Unfinished("organization:" + due.organization(), due.at(), String.valueOf(why.getMessage())));
        return Outcome.STUCK;
    }

    private Outcome run(Due due) {
        Organization organization = ports.organizations().organization(due.organization());
        int limit = smallerBatches.getOrDefault(due.organization(), batchSize);
        List<Batch> tried = new ArrayList<>(1);
        Optional<Batch.Failure> failed;
        try {
            failed = attempts.run(due, organization, limit, tried);
        } catch (DatabaseException slow) {
            if (!BatchAttempts.isTimeout(slow)) {
                throw slow;
            }
            return limit > 1 ? retryWithFewer(due, limit) : setAside(due, tried, slow, "timeout");
        }
        if (failed.isEmpty()) {
            smallerBatches.computeIfPresent(
                    due.organization(), (id, smaller) -> smaller * 2 < batchSize ? smaller * 2 : null);
            return Outcome.ADVANCED;
        }
        LOG.warn(
                "A batch of {} failed and is done one by one: {}",
                due,
                failed.get().sentence());
        return oneByOne(due, organization);
    }

    private Outcome retryWithFewer(Due due, int limit) {
        LOG.warn("A batch of {} took too long and is tried with half of its {} members", due, limit);
        smallerBatches.put(due.organization(), limit / 2);
        return Outcome.ADVANCED;
    }

    /** After a batch was undone as a whole: finds out who of it fails, and lets the others go on. */
    private Outcome oneByOne(Due due, Organization organization) {
        for (int i = 0; i < batchSize; i++) {
            List<Batch> tried = new ArrayList<>(1);
            Optional<Batch.Failure> failed = attempts.run(due, organization, 1, tried);
            if (failed.isPresent()) {
                IllegalStateException why =
                        new IllegalStateException(failed.get().sentence());
                if (setAside(due, tried, why, failed.get().reason()) == Outcome.STUCK) {
                    return Outcome.STUCK;
                }
            } else if (tried.getFirst().claimed().isEmpty()) {
                return Outcome.ADVANCED;
            }
        }
        return Outcome.ADVANCED;
    }

    /** Sets aside whom a batch of one had claimed when it was undone. */
    private Outcome setAside(Due due, List<Batch> tried, RuntimeException why, String reason) {
        if (tried.isEmpty() || tried.getFirst().claimed().isEmpty()) {
            return stuck(due, why);
        }
        String sentence = String.valueOf(why.getMessage());
        attempts.change(due, change -> {
            tried.getFirst()
                    .claimed()
                    .forEach(subscription -> SetAsideStore.setAside(change, subscription, due.at(), sentence));
            return true;
        });
        LOG.warn("Subscriptions {} are set aside ({}): {}", tried.getFirst().claimed(), reason, sentence);
        ports.observer()
                .onDeferred(due.job(), "set_aside", tried.getFirst().claimed().size());
        return Outcome.ADVANCED;
    }

    private Instant now() {
        return Timestamps.now(ports.clock());
    }
}

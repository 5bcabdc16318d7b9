package dev.valora.billing.schedule;

import dev.valora.billing.BillingObserver;
import dev.valora.billing.JobKind;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.audit.Author;
import dev.valora.billing.contract.SetAsideStore;
import dev.valora.billing.cycles.ActivateJob;
import dev.valora.billing.cycles.Batch;
import dev.valora.billing.cycles.CloseJob;
import dev.valora.billing.cycles.Due;
import dev.valora.billing.cycles.Job;
import dev.valora.billing.cycles.OverdueJob;
import dev.valora.billing.cycles.RollJob;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.Organization;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries batches, each in one database transaction, and tells the observer what became of them. The run's thread. */
final class BatchAttempts {

    private static final Logger LOG = LoggerFactory.getLogger(BatchAttempts.class);

    private final BillingRun.Ports ports;
    private final AuditTrail audit;
    private final ActivateJob activate = new ActivateJob();
    private final RollJob roll = new RollJob();
    private final CloseJob close;
    private final OverdueJob overdue = new OverdueJob();

    BatchAttempts(BillingRun.Ports ports, CloseJob close) {
        this.ports = ports;
        this.audit = new AuditTrail(
                new TimedDatabase(ports.database(), ports.ticker(), BillingRun.BATCH_TIME.toNanos()), ports.clock());
        this.close = close;
    }

    /**
     * One batch in one database transaction.
     *
     * @throws DatabaseException when nobody's work can be done now, or nobody's of the organization: nobody is to blame, and the
     *     same is tried again later
     */
    Attempt run(Due due, Organization organization, int limit) {
        long started = ports.ticker().nanos();
        // Known outside the transaction, so that it can be told whom it had claimed when it failed.
        List<Batch> tried = new ArrayList<>(1);
        try {
            report(due, change(due, change -> {
                ports.observer().onStarted(ChronoUnit.MICROS.between(due.since(), change.at()));
                Batch batch = new Batch(change, organization, ports.policies(), due, limit);
                tried.add(batch);
                job(due.job()).run(batch);
                settle(batch, change);
                return batch;
            }));
            return new Attempt.Done();
        } catch (OverdueBatchException late) {
            return late(due, late, tried);
        } catch (DatabaseException failed) {
            if (failed.isTimeout()) {
                return late(due, failed, tried);
            }
            ports.observer().onError(due.job(), reason(failed));
            if (failed.isUnavailable()) {
                throw failed;
            }
            return undone(failed, refused(failed, reason(failed)), false, tried);
        } catch (RuntimeException failed) {
            Batch.Failure failure = Batch.Failure.of(failed);
            ports.observer().onError(due.job(), failure.reason());
            return undone(failed, failure, false, tried);
        } finally {
            ports.observer().onRun(due.job(), ports.ticker().nanos() - started);
        }
    }

    /** Sets aside whom a batch of one had claimed when it was undone. */
    void setAside(Due due, Attempt.Undone undone) {
        Map<UUID, Batch.Failure> failures = new LinkedHashMap<>();
        undone.claimed().forEach(subscription -> failures.put(subscription, undone.failure()));
        change(due, change -> {
            SetAsideStore.setAside(change, sentences(failures), due.at());
            return true;
        });
        told(due, failures);
    }

    private <T> T change(Due due, Function<AuditTrail.Change, T> work) {
        return audit.change(Author.job(due.organization(), due.job().wireName()), work);
    }

    private Attempt late(Due due, RuntimeException late, List<Batch> tried) {
        ports.observer().onTimeout(due.job());
        return undone(late, refused(late, "timeout"), true, tried);
    }

    private static Batch.Failure refused(RuntimeException why, String reason) {
        return new Batch.Failure(reason, String.valueOf(why.getMessage()), null);
    }

    private static Attempt undone(RuntimeException why, Batch.Failure failure, boolean timeout, List<Batch> tried) {
        LOG.debug("Why", why);
        Set<UUID> claimed = tried.isEmpty() ? Set.of() : tried.getFirst().claimed();
        return new Attempt.Undone(failure, timeout, claimed);
    }

    /** Part of the batch's transaction: who failed waits, who succeeded does not any more. */
    private static void settle(Batch batch, AuditTrail.Change change) {
        SetAsideStore.clear(change.transaction(), change.author().organization(), batch.done());
        SetAsideStore.setAside(change, sentences(batch.failures()), batch.dueAt());
    }

    private static Map<UUID, String> sentences(Map<UUID, Batch.Failure> failures) {
        Map<UUID, String> sentences = new LinkedHashMap<>();
        failures.forEach((subscription, failure) -> sentences.put(subscription, failure.sentence()));
        return sentences;
    }

    private void report(Due due, Batch batch) {
        BillingObserver observer = ports.observer();
        batch.processed().forEach((resource, count) -> {
            if (count > 0) {
                observer.onProcessed(due.job(), resource, count);
            }
        });
        batch.failures().values().forEach(failure -> observer.onError(due.job(), failure.reason()));
        told(due, batch.failures());
    }

    /** Once it is committed, so that nobody is told of twice; with the way to a bug, which the stored sentence lacks. */
    private void told(Due due, Map<UUID, Batch.Failure> setAside) {
        if (!setAside.isEmpty()) {
            ports.observer().onDeferred(due.job(), "set_aside", setAside.size());
        }
        setAside.forEach((subscription, failure) -> LOG.warn(
                "Subscription {} is set aside ({}): {}", subscription, due.job(), failure.sentence(), failure.bug()));
    }

    private Job job(JobKind kind) {
        return switch (kind) {
            case ACTIVATE -> activate;
            case ROLL -> roll;
            case CLOSE -> close;
            case OVERDUE -> overdue;
        };
    }

    /** Whether nobody's work can be done; what else is unavailable may concern one organization. */
    static boolean isAway(DatabaseException failed) {
        String state = failed.sqlState();
        return !failed.isTimeout() && (state == null || state.startsWith("08") || state.startsWith("57"));
    }

    private static String reason(DatabaseException failed) {
        if (failed.isWithoutConnection()) {
            return "no_connection";
        }
        if (failed.isLockTimeout()) {
            return "locked";
        }
        if (isAway(failed)) {
            return "database_away";
        }
        return failed.isUnavailable() ? "database_busy" : "database_refused";
    }
}

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
import dev.valora.ingest.Timestamps;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries batches, each in one database transaction, and tells the observer what became of them. The run's thread. */
final class BatchAttempts {

    private static final String STATEMENT_TIMED_OUT = "57014";
    private static final Logger LOG = LoggerFactory.getLogger(BatchAttempts.class);

    private final BillingRun.Ports ports;
    private final AuditTrail audit;
    private final ActivateJob activate = new ActivateJob();
    private final RollJob roll = new RollJob();
    private final CloseJob close;
    private final OverdueJob overdue = new OverdueJob();

    BatchAttempts(BillingRun.Ports ports, CloseJob close) {
        this.ports = ports;
        this.audit = new AuditTrail(ports.database());
        this.close = close;
    }

    /** A change of the organization's billing in the name of the job. */
    <T> T change(Due due, Function<AuditTrail.Change, T> work) {
        return audit.change(Author.job(due.organization(), due.job().wireName(), now()), work);
    }

    /**
     * One batch in one database transaction.
     *
     * @param tried takes the batch, so that a caller knows whom it had claimed when it failed
     * @return why it was undone; empty when it was committed
     * @throws DatabaseException when PostgreSQL is away or too slow: nobody is to blame, and it is tried again
     */
    Optional<Batch.Failure> run(Due due, Organization organization, int limit, List<Batch> tried) {
        long started = ports.ticker().nanos();
        ports.observer().onStarted(ChronoUnit.MICROS.between(due.since(), now()));
        try {
            report(due, change(due, change -> {
                Batch batch = new Batch(change, organization, ports.policies(), due, limit);
                tried.add(batch);
                job(due.job()).run(batch);
                settle(batch, change);
                return batch;
            }));
            return Optional.empty();
        } catch (DatabaseException failed) {
            if (isTimeout(failed)) {
                ports.observer().onTimeout(due.job());
                throw failed;
            }
            ports.observer().onError(due.job(), failed.isUnavailable() ? "database_away" : "database_refused");
            if (failed.isUnavailable()) {
                throw failed;
            }
            LOG.debug("Why", failed);
            return Optional.of(new Batch.Failure("database_refused", failed.toString()));
        } catch (RuntimeException failed) {
            ports.observer().onError(due.job(), "unexpected");
            LOG.debug("Why", failed);
            return Optional.of(Batch.Failure.of(failed));
        } finally {
            ports.observer().onRun(due.job(), ports.ticker().nanos() - started);
        }
    }

    /** Part of the batch's transaction: who failed waits, who succeeded does not any more. */
    private static void settle(Batch batch, AuditTrail.Change change) {
        SetAsideStore.clear(change.transaction(), change.author().organization(), batch.done());
        batch.failures()
                .forEach((subscription, failure) ->
                        SetAsideStore.setAside(change, subscription, batch.dueAt(), failure.sentence()));
    }

    private void report(Due due, Batch batch) {
        BillingObserver observer = ports.observer();
        batch.processed().forEach((resource, count) -> {
            if (count > 0) {
                observer.onProcessed(due.job(), resource, count);
            }
        });
        batch.failures().forEach((subscription, failure) -> {
            observer.onError(due.job(), failure.reason());
            LOG.warn("Subscription {} is set aside: {}", subscription, failure.sentence());
        });
        if (!batch.failures().isEmpty()) {
            observer.onDeferred(due.job(), "set_aside", batch.failures().size());
        }
    }

    private Job job(JobKind kind) {
        return switch (kind) {
            case ACTIVATE -> activate;
            case ROLL -> roll;
            case CLOSE -> close;
            case OVERDUE -> overdue;
        };
    }

    private Instant now() {
        return Timestamps.now(ports.clock());
    }

    /** Whether nobody's work can be done; what else is unavailable may concern one organization. */
    static boolean isAway(DatabaseException failed) {
        String state = failed.sqlState();
        return !isTimeout(failed) && (state == null || state.startsWith("08") || state.startsWith("57"));
    }

    static boolean isTimeout(DatabaseException failed) {
        return STATEMENT_TIMED_OUT.equals(failed.sqlState()) || failed.getCause() instanceof TimeoutException;
    }
}

package dev.valora.config;

import dev.valora.aggregator.store.PgChangedWindowReader;
import dev.valora.aggregator.store.PgQuantityReader;
import dev.valora.billing.closing.Closings;
import dev.valora.billing.cycles.CloseJob;
import dev.valora.billing.invoices.InvoiceQuantities;
import dev.valora.billing.schedule.BillingRun;
import dev.valora.billing.schedule.BillingVerticle;
import dev.valora.config.clock.DueWork;
import dev.valora.ingest.MeterDirectory;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;

/** How the billing run is made, given its thread, and driven by a manual clock. */
final class BillingStart {

    private BillingStart() {}

    static BillingRun run(BillingRun.Ports ports, MeterDirectory meters) {
        return new BillingRun(
                ports,
                new CloseJob(
                        new Closings(meters, new PgChangedWindowReader()),
                        new InvoiceQuantities(new PgQuantityReader())),
                BillingRun.BATCH);
    }

    /** Does everything due when a manual clock is turned; the run asks the same clock what that is. */
    static DueWork dueWork(BillingRun run) {
        return now -> run.doAllDue().stream().map(BillingStart::setAside).toList();
    }

    /** Starts the run; the answer ends it, once the batch that is being done is done. */
    static Parts.Stop deploy(Vertx vertx, BillingVerticle verticle) throws InterruptedException {
        DeploymentOptions onVirtualThreads = new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);
        String id = await(vertx.deployVerticle(verticle, onVirtualThreads));
        return () -> await(vertx.undeploy(id));
    }

    private static DueWork.SetAside setAside(BillingRun.Unfinished waiting) {
        return new DueWork.SetAside(waiting.what(), waiting.due(), waiting.error());
    }

    private static <T> T await(Future<T> future) throws InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        }
    }
}

package dev.valora.billing.schedule;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives the billing run its virtual thread. To be deployed on virtual threads itself, since undeploying waits for the batch
 * that is being done. The run has a thread of its own because a task that blocks a Vert.x context would wait for ever for
 * database results that the same context is to deliver.
 */
public final class BillingVerticle extends VerticleBase {

    private static final long IDLE_NANOS = Duration.ofSeconds(1).toNanos();

    private final BillingRun run;
    private final Consumer<Throwable> onDeath;
    private volatile boolean running = true;
    private volatile @Nullable Throwable death;
    private @Nullable Thread thread;

    /**
     * A verticle that is not deployed yet.
     *
     * @param onDeath told once, on the run's thread, what it threw; it is not started again
     */
    public BillingVerticle(BillingRun run, Consumer<Throwable> onDeath) {
        this.run = run;
        this.onDeath = onDeath;
    }

    /** Whether the run goes on, or ended because it was asked to. Any thread. */
    public boolean isAlive() {
        return death == null;
    }

    @Override
    public Future<?> start() {
        thread = Thread.ofVirtual().name("valora-" + run.roleName()).start(this::loop);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() throws InterruptedException {
        running = false;
        run.wake();
        Thread started = thread;
        if (started != null) {
            started.join();
        }
        return Future.succeededFuture();
    }

    private void loop() {
        try {
            while (running) {
                if (run.doWork() == 0 && running) {
                    run.idle(IDLE_NANOS);
                }
            }
            run.close();
        } catch (RuntimeException | Error thrown) {
            death = thrown;
            onDeath.accept(thrown);
        }
    }
}

package dev.valora.ingest.http;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Virtual threads for work that may block, at most a fixed number at once. Any thread. */
final class CallThreads {

    private final Semaphore permits;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("call-", 0).factory());

    CallThreads(int atOnce) {
        permits = new Semaphore(atOnce);
    }

    /** Runs the work, which must not throw, on a thread of its own; false when too much is running. */
    boolean tryRun(Runnable work) {
        if (!permits.tryAcquire()) {
            return false;
        }
        threads.execute(() -> {
            try {
                work.run();
            } finally {
                permits.release();
            }
        });
        return true;
    }

    /** Waits for what runs; interrupts what is left at the end of the time. */
    void close(Duration atMost) throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            threads.shutdownNow();
        }
    }
}

package dev.valora.config.demo;

import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls that wait for no other go over several connections at once, a thread for each. */
final class Connections {

    static final int COUNT = 4;

    /** One of the calls. */
    @FunctionalInterface
    interface Call {
        void make(int index) throws DemoException, InterruptedException;
    }

    private Connections() {}

    /** Makes the calls 0 to count - 1, each once. Returns when all were made; the first that fails ends the others. */
    static void makeAll(int count, Call call) throws DemoException, InterruptedException {
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(
                COUNT, Thread.ofPlatform().name("demo-connection-", 1).factory());
        try {
            CompletionService<Boolean> connections = new ExecutorCompletionService<>(threads);
            for (int connection = 0; connection < COUNT; connection++) {
                connections.submit(() -> {
                    for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
                        call.make(index);
                    }
                    return true;
                });
            }
            for (int connection = 0; connection < COUNT; connection++) {
                connections.take().get();
            }
        } catch (ExecutionException failed) {
            throw cause(failed);
        } finally {
            threads.shutdownNow();
        }
    }

    private static DemoException cause(ExecutionException failed) throws InterruptedException {
        Throwable cause = failed.getCause();
        if (cause instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (cause instanceof DemoException told) {
            return told;
        }
        throw new IllegalStateException("a call failed", cause);
    }
}

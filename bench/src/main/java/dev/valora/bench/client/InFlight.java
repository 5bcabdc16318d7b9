package dev.valora.bench.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many calls, so many of them at a time. */
public final class InFlight {

    private InFlight() {}

    /**
     * Makes all calls on virtual threads and returns when the last one was answered.
     *
     * @param atOnce how many are in flight at most; at least 1
     * @throws IllegalStateException with its cause when a call failed; the others are made nevertheless
     */
    public static void all(int atOnce, List<? extends Callable<?>> calls) throws InterruptedException {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
            List<Future<?>> answers = new ArrayList<>(calls.size());
            calls.forEach(call -> answers.add(threads.submit(call)));
            for (Future<?> answer : answers) {
                answer.get();
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a call failed", failed.getCause());
        }
    }
}

package dev.valora.config;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A step of the start that goes on beside the others, on a thread of its own. A stop waits until it has ended: nothing works in
 * the data directory once that is unlocked.
 *
 * @param <T> what it makes
 */
final class Beside<T> {

    private final String name;
    private final FutureTask<T> task;

    /** A step. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws StartException;
    }

    private Beside(String name, FutureTask<T> task) {
        this.name = name;
        this.task = task;
    }

    /**
     * Begins a step.
     *
     * @param parts to which it is added; a step that takes long asks them whether it should end. What it adds itself may be stopped
     *     before it has ended
     * @throws CancellationException when the server is being stopped; the step has ended
     */
    static <T> Beside<T> begin(String name, Step<T> step, Parts parts) {
        FutureTask<T> task = new FutureTask<>(step::run);
        Thread thread =
                Thread.ofPlatform().name("valora-" + name.replace(' ', '-')).unstarted(task);
        thread.start();
        parts.add(name, thread::join);
        return new Beside<>(name, task);
    }

    /**
     * Waits for what the step makes.
     *
     * @throws StartException for whatever the step threw
     */
    T await() throws StartException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException failed) {
            throw Failures.of(name, Objects.requireNonNull(failed.getCause()));
        }
    }
}

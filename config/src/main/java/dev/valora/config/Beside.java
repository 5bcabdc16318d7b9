package dev.valora.config;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A step of the start that goes on beside the others, on a thread of its own. What it starts is stopped as if it had begun when it
 * was awaited: before whatever was started meanwhile. A stop that comes earlier waits until the step has ended: nothing works in
 * the data directory once that is unlocked. Owned by the thread that starts the server.
 *
 * @param <T> what it makes
 */
final class Beside<T> {

    private final String name;
    private final Parts parts;
    private final Parts own = new Parts();
    private final FutureTask<T> task;
    private boolean begun;

    /** A step. */
    @FunctionalInterface
    interface Step<T> {

        /**
         * Makes something, on the step's thread.
         *
         * @param own to which is added what it starts
         */
        T run(Parts own) throws StartException;
    }

    /**
     * A step that has not begun.
     *
     * @param parts to which it is added; a step that takes long asks them whether it should end
     */
    Beside(String name, Step<T> step, Parts parts) {
        this.name = name;
        this.parts = parts;
        this.task = new FutureTask<>(() -> step.run(own));
    }

    /**
     * Begins the step, if it has not begun.
     *
     * @throws CancellationException when the server is being stopped
     */
    void begin() {
        if (!begun) {
            begun = true;
            parts.add(name, own::stopAll);
            Thread thread =
                    Thread.ofPlatform().name("valora-" + name.replace(' ', '-')).start(task);
            // Stopped first: what it has started is not touched while it runs.
            parts.add(name, thread::join);
        }
    }

    /**
     * Begins the step, if it has not begun, and waits for what it makes.
     *
     * @throws StartException for whatever the step threw
     * @throws CancellationException when the server was stopped meanwhile
     */
    T await() throws StartException, InterruptedException {
        begin();
        try {
            T made = task.get();
            parts.add(name, own::stopAll);
            return made;
        } catch (ExecutionException failed) {
            throw Failures.of(name, Objects.requireNonNull(failed.getCause()));
        }
    }
}

package dev.valora.bench.server;

import java.util.concurrent.atomic.AtomicBoolean;

/** What must be done when this program ends, whatever ends it but SIGKILL. Closed once it is needed no more. Any thread. */
public final class AtExit implements AutoCloseable {

    private final Thread hook;
    private final AtomicBoolean needed = new AtomicBoolean(true);

    private AtExit(String name, Runnable task) {
        this.hook = Thread.ofPlatform().name(name).unstarted(() -> {
            if (needed.get()) {
                task.run();
            }
        });
    }

    /**
     * Registers it. It runs on a thread of its own, beside all others that end something.
     *
     * @throws IllegalStateException when this program is ending already
     */
    public static AtExit run(String name, Runnable task) {
        AtExit registered = new AtExit(name, task);
        Runtime.getRuntime().addShutdownHook(registered.hook);
        return registered;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // Too late to take it back.
            needed.set(false);
        }
    }
}

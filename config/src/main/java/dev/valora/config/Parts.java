package dev.valora.config;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been started, so that it can be stopped in reverse. Any thread; a stop that comes during the start wins. */
final class Parts {

    /** Ends a part and returns when it has ended. */
    @FunctionalInterface
    interface Stop {
        void stop() throws Exception;
    }

    private record Part(String name, Stop stop) {}

    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    private final Deque<Part> started = new ArrayDeque<>();
    private boolean stopping;

    /**
     * Notes that a part runs.
     *
     * @throws CancellationException when the server is being stopped meanwhile; the part was stopped again
     */
    void add(String name, Stop stop) {
        Part part = new Part(name, stop);
        synchronized (this) {
            if (!stopping) {
                started.push(part);
                return;
            }
        }
        stop(part);
        throw new CancellationException("stopped while starting " + name);
    }

    /**
     * Asked by whatever takes long while the server starts.
     *
     * @throws CancellationException when the server is being stopped meanwhile
     */
    void requireStarting(String meanwhile) {
        synchronized (this) {
            if (stopping) {
                throw new CancellationException("stopped while " + meanwhile);
            }
        }
    }

    /** Stops everything, the latest part first. A part that cannot be stopped keeps no other from it. */
    void stopAll() {
        while (true) {
            Part part;
            synchronized (this) {
                stopping = true;
                part = started.poll();
            }
            if (part == null) {
                return;
            }
            stop(part);
        }
    }

    private static void stop(Part part) {
        LOG.debug("Stopping {}", part.name());
        try {
            part.stop().stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            LOG.warn("Stopping {} was interrupted", part.name());
        } catch (Exception | Error failed) {
            // Whatever one part throws, the others, PostgreSQL among them, must still be stopped.
            LOG.warn("{} could not be stopped in order: {}", part.name(), failed.toString());
            LOG.debug("Why", failed);
        }
    }
}

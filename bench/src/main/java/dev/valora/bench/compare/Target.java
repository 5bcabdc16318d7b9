package dev.valora.bench.compare;

import dev.valora.bench.load.Fates;
import dev.valora.bench.server.ProcessorUse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** A running server that load can be sent to. One thread; closing it ends its process. */
public interface Target extends AutoCloseable {

    /** Where events are posted to. */
    URI address();

    /** The API key to send; any word where the server does not ask. */
    String key();

    /** Processor time of the server and of its database so far. */
    ProcessorUse processorUse();

    /** What it has done behind its answers so far. */
    Background background() throws IOException, InterruptedException;

    /**
     * Waits until everything acknowledged so far is counted, and checks that it is, exactly.
     *
     * @param sent what became of the events sent since the last time
     * @return how long that took; zero where nothing is counted
     */
    Duration settle(Fates sent) throws IOException, InterruptedException;

    @Override
    void close();

    /**
     * Counters that only Valora has; zeros elsewhere.
     *
     * @param windowRows rows of windows written
     * @param commits entries forced into the journal
     */
    record Background(long windowRows, long commits) {

        /** Of a server that has none. */
        public static final Background NONE = new Background(0, 0);

        /** What was done since an earlier look. */
        public Background since(Background earlier) {
            return new Background(windowRows - earlier.windowRows, commits - earlier.commits);
        }
    }
}

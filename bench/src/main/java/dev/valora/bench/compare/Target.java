package dev.valora.bench.compare;

import dev.valora.bench.load.LoadResult;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** A running server that load can be sent to. One thread; closing it ends its process. */
interface Target extends AutoCloseable {

    URI address();

    /** The API key to send; any word where the server does not ask. */
    String key();

    /** Processor time of the server so far, its database included. */
    Duration processorTime();

    /**
     * Waits until everything acknowledged so far is counted, and checks that it is, exactly.
     *
     * @param result of the load just run
     * @return how long that took; zero where nothing is counted
     */
    Duration settle(LoadResult result) throws IOException, InterruptedException;

    @Override
    void close();
}

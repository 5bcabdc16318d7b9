package dev.valora.bench.crash;

import java.io.IOException;

/** A server with books, which dies again and again. One thread drives it; closing it ends whatever still runs. */
interface MortalServer<D extends Accounted> extends AutoCloseable {

    /**
     * Load, death, restart, account, sending again, account.
     *
     * @param isLast whether everything is sent again, and not only a tenth of what was acknowledged
     */
    D die(boolean isLast) throws IOException, InterruptedException;

    /**
     * Stops the server as an operator would.
     *
     * @throws IllegalStateException when it does not end well
     */
    void stop() throws InterruptedException;

    @Override
    void close();
}

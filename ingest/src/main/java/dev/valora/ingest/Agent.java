package dev.valora.ingest;

/**
 * A loop that owns its state and is stepped from outside: by a thread in production, by the test in a test. All methods are
 * called by one thread, the agent's.
 */
public interface Agent {

    /** Names the agent in thread names, logs and health. */
    String roleName();

    /** Whether the thread shall run only while no other wants its core, be that for ever. */
    default boolean givesWay() {
        return false;
    }

    /**
     * Does what there is to do now and returns how much that was; 0 lets the runner idle. An exception ends the agent: the
     * component is broken and the server says so.
     */
    int doWork() throws Exception;

    /**
     * Waits until work may have arrived, at most this many nanoseconds. Called after {@link #doWork} returned 0. Producers
     * that hand work over wake the agent earlier.
     */
    void idle(long maxNanos);

    /** Called once when the agent ends, after its last {@link #doWork}. */
    void close() throws Exception;
}

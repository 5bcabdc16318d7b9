package dev.valora.bench.restart;

import java.time.Duration;

/**
 * A server that knows some number of events.
 *
 * @param events acknowledged, each with a key of its own
 * @param journalBytes of all journal files, with the room set apart in the newest
 * @param newestBytes of the newest journal file, which no key file stands for when the server is killed
 * @param keyFileBytes of all key files after the last start
 * @param memory when all events were counted
 * @param first from the start after the kill to the ready line
 * @param second the same, killed again as soon as it was ready
 */
record RestartFigure(
        long events,
        long journalBytes,
        long newestBytes,
        long keyFileBytes,
        Memory memory,
        Duration first,
        Duration second) {

    /**
     * Bytes.
     *
     * @param heapUsed of the Java heap, garbage included
     * @param anonymous resident memory that no file stands for: the heap, the index of keys, buffers, code
     * @param keys of the index of keys, which is part of it
     */
    record Memory(long heapUsed, long anonymous, long keys) {}
}

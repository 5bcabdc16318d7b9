package dev.valora.bench.compare;

import dev.valora.bench.load.LoadResult;

/**
 * A server at a part of what it can take.
 *
 * @param batch events a request
 * @param most what it took in a closed loop just before
 * @param offeredPerSecond events a second of the open loop
 * @param result of the open loop
 */
record PacedFigure(int batch, LoadResult most, long offeredPerSecond, LoadResult result) {

    /** Whether a request was not answered as it should have been. */
    boolean hasFailures() {
        return most.total().events() != most.total().acknowledged()
                || result.total().events() != result.total().acknowledged();
    }
}

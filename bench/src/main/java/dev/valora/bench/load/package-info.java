/**
 * The load generator: as many usage events as a server takes over HTTP, and honest figures of it.
 *
 * <p>Owns: prebuilt requests whose events differ in a few patched bytes, a closed and an open loop over raw sockets, the
 * counting of fates from the answers. Does not own: any knowledge of the server but the HTTP contract; what was counted in the end (that is
 * {@code dev.valora.bench.books}).
 *
 * <p>Invariants: an event is counted only when its answer was read; a latency runs to the last byte read, in a closed loop from
 * the first byte written, in an open loop from the instant at which the request was meant to be sent; every run is bounded in
 * events and in time. In a closed loop a slow answer delays the next request, so the latencies are those of callers who wait. In
 * an open loop nothing is delayed: what could not be sent in time, for want of a free connection or of time, is late by that
 * much, and what was not sent when the run ended is told and counted as late. What is due is computed, not queued.
 *
 * <p>Threads: each {@code LoadWorker} is one thread with a selector and connections of its own; nothing is shared while it runs.
 */
@NullMarked
package dev.valora.bench.load;

import org.jspecify.annotations.NullMarked;

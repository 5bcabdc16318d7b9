/**
 * Edge: HTTP/1.1 on Vert.x, without a router of its own making and without the Vert.x web layer.
 *
 * <p><b>Owns</b> sockets, framing, deadlines, bodies, the way from a request to a {@code Route}, and the usage route, which
 * goes from bytes to the single writer without a virtual thread. <b>Does not own</b> any decision about events, keys or
 * meters: those are asked for through ports.
 *
 * <p><b>Invariants.</b> A request whose framing is doubtful is never answered 2xx and its connection is closed. Everything has
 * a limit ({@link dev.valora.ingest.http.HttpLimits}): connections, bytes of heads and bodies, requests in flight, time for a
 * head, a body and an idle connection. A usage request is answered 2xx only after the writer said that it is on disk.
 *
 * <p><b>Threads.</b> All state of a connection belongs to its event loop; {@code EdgeLoop} holds what its connections share.
 * Routes run on virtual threads, at most a fixed number at once. The writer's thread enters only through
 * {@code EdgeLoop#completed}.
 *
 * <p><b>Times.</b> Only monotonic time, from a {@code Ticker}.
 */
@NullMarked
package dev.valora.ingest.http;

import org.jspecify.annotations.NullMarked;

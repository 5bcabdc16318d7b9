/**
 * Where wall time enters the server, and the one way to turn it by hand.
 *
 * <p><b>Owns</b> the two clocks and the routes of {@code /v1/clock}. <b>Does not own</b> the stamp: the single writer stamps
 * accepted time and sees to it that it never goes back.
 *
 * <p><b>Invariants.</b> No other package reads the machine's clock. A manual clock only goes forward.
 *
 * <p><b>Threads.</b> Clocks are read by any thread; turning the manual clock is serialized.
 */
@NullMarked
package dev.valora.config.clock;

import org.jspecify.annotations.NullMarked;

/**
 * Measures and torments a running server: the load generator, the reference servers beside it, the client's own books, kills and
 * power cuts, fuzzing, the tests on the real distribution, and micro-benchmarks.
 *
 * <p>Owns: {@link dev.valora.bench.Bench}, the command line of all of this. Does not own: anything the server needs. Invariant:
 * only the micro-benchmarks ({@code dev.valora.bench.jmh}), the fuzzing ({@code dev.valora.bench.fuzz}), the reference servers that
 * run a PostgreSQL as Valora does, and the look into a journal's directory after a power cut import other modules (the module's page
 * lists what); everything else knows only the wire and the distribution's files. Threads: see each package.
 */
@NullMarked
package dev.valora.bench;

import org.jspecify.annotations.NullMarked;

/**
 * Micro-benchmarks of the three steps of ingest: parse, admit, append.
 *
 * <p>Owns: the only code outside of the modules that reaches inside them. Does not own: any claim about the whole path; that is
 * measured over HTTP. Threads: one a benchmark, as in the server.
 */
@NullMarked
package dev.valora.bench.jmh;

import org.jspecify.annotations.NullMarked;

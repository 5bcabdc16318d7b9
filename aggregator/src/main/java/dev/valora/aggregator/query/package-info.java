/**
 * {@code GET /v1/usage}.
 *
 * <p><b>Owns</b> what the query parameters mean, the windows of local hours, days and months, and the shape of the answer.
 * <b>Does not own</b> the reading itself (store).
 *
 * <p><b>Invariants.</b> No window of an answer splits a tumbling window. Pages in a row show every row once.
 *
 * <p><b>Threads.</b> Any; handlers run on virtual threads and block.
 */
@NullMarked
package dev.valora.aggregator.query;

import org.jspecify.annotations.NullMarked;

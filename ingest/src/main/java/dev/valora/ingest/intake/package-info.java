/**
 * Driver: the single writer. Owns the loop that admits, journals, forces and then releases the answers.
 */
@NullMarked
package dev.valora.ingest.intake;

import org.jspecify.annotations.NullMarked;

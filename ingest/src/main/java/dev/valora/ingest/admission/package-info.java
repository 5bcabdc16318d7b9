/**
 * Pure: which event is new, which was seen, which is refused; and the index that remembers keys.
 */
@NullMarked
package dev.valora.ingest.admission;

import org.jspecify.annotations.NullMarked;

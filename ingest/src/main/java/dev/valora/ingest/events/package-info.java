/**
 * Edge: single usage events by their keys, over HTTP: read back from the journal, and voided.
 *
 * <p><b>Owns</b> the routes {@code GET /v1/usage/events/{idempotency_key}} and {@code POST /v1/usage/voids}. <b>Does not own</b>
 * which keys are taken (admission), what a void takes back from which window (aggregator), or what it changes on an invoice
 * (billing).
 *
 * <p><b>Invariants.</b> The index is asked through the single writer and only tells where to look: an event is the one that was
 * asked for if its organization and its key in the journal are equal. A void is written once an event, whoever asks at once.
 *
 * <p><b>Threads.</b> Virtual threads; every call blocks on the writer and on files.
 */
@NullMarked
package dev.valora.ingest.events;

import org.jspecify.annotations.NullMarked;

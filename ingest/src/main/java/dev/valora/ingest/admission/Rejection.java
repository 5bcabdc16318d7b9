package dev.valora.ingest.admission;

import org.jspecify.annotations.Nullable;

/**
 * An event that could not become a record, found while parsing.
 *
 * @param index of the event in the request, from 0
 * @param idempotencyKey as far as it could be read; null when it could not
 * @param code {@code missing_field}, {@code invalid_field}, {@code too_long}, {@code invalid_value}, {@code value_required} or
 *     {@code invalid_timestamp}
 * @param detail a sentence that names the fix
 * @param pointer JSON Pointer into the request's body
 */
public record Rejection(int index, @Nullable String idempotencyKey, String code, String detail, String pointer) {}

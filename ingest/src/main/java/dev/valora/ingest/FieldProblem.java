package dev.valora.ingest;

/**
 * One thing wrong with one field.
 *
 * @param pointer JSON Pointer (RFC 6901) into the body, or {@code ?name} for a query parameter
 * @param code stable machine word
 * @param detail a sentence that names the fix
 */
public record FieldProblem(String pointer, String code, String detail) {}

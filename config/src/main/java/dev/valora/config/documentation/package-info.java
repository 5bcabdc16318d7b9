/**
 * The HTTP contract as a document: {@code /openapi.json}, and {@code /docs} as a page made from it with no outside resource.
 *
 * <p><b>Owns</b> the resource {@code openapi.json}, written by hand. <b>Invariant</b>: it names every route of the server and no
 * other, which a test compares.
 */
@NullMarked
package dev.valora.config.documentation;

import org.jspecify.annotations.NullMarked;

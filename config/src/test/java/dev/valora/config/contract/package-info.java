/**
 * The HTTP contract, checked on a real server by requests alone. Every answer of these tests is also compared with what the OpenAPI
 * document says of its operation, status, media type and members.
 */
@NullMarked
package dev.valora.config.contract;

import org.jspecify.annotations.NullMarked;

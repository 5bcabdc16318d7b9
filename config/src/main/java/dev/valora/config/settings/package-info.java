/**
 * What an operator may choose: one YAML file and environment variables that override it.
 *
 * <p><b>Owns</b> the list of settings with their defaults and accepted values, reading them, and showing where each came
 * from. <b>Does not own</b> what is done with them.
 *
 * <p><b>Invariants.</b> All problems are reported together. A key that is not known is refused, so that a slip of the pen
 * cannot silently leave a default in force. Secrets are never printed.
 *
 * <p><b>Threads.</b> Immutable once read; any thread.
 */
@NullMarked
package dev.valora.config.settings;

import org.jspecify.annotations.NullMarked;

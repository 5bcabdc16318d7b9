/**
 * Driver: the loop that does billing work when its time has come.
 *
 * <p><b>Owns</b> one virtual thread, the order of work, and what happens to work that fails. <b>Does not own</b> what a job
 * does (edge {@code cycles}).
 *
 * <p><b>Invariants.</b> Work is done up to the watermark and never ahead of it, so that the usage of everything that is due is
 * in the windows. Within an organization it is done in the order of due times; between organizations, one batch of each in
 * turn; one whose batch took too long waits as long as that took. A subscription that fails is set aside in the database with
 * its error, and the others go on.
 *
 * <p><b>Threads.</b> The loop and whoever turns a manual clock take turns under one lock.
 */
@NullMarked
package dev.valora.billing.schedule;

import org.jspecify.annotations.NullMarked;

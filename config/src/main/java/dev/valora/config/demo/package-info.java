/**
 * The demo: a seller's first month, from an organization to checked invoices, told by a client.
 *
 * <p><b>Owns</b> the story (plan, customers, usage, turns of the clock), its figures and how they are printed. <b>Does not own</b>
 * the server that it speaks to: who runs the demo starts and stops that.
 *
 * <p><b>Invariants.</b> Nothing but HTTP leads to the server; no other package of Valora is used here but for the exit codes.
 * What the customers owe is computed here a second time, from the events that were made up and with code of its own. The
 * same scale gives the same amounts in every run.
 *
 * <p><b>Threads.</b> The thread that runs the demo, and while calls go over several connections one thread for each.
 */
@NullMarked
package dev.valora.config.demo;

import org.jspecify.annotations.NullMarked;

/**
 * Edge: Linux. What the system does with files beyond what Java offers: room set apart, writing begun early, memory given back.
 *
 * <p><b>Owns</b> the calls and their numbers. <b>Does not own</b> any file, nor what a file promises: all that is asked for here
 * could be left out, and nothing would be lost but time and, where it says so, the assurance of room.
 *
 * <p><b>Threads.</b> A file belongs to whoever opened it.
 */
@NullMarked
package dev.valora.ingest.disk;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.valora.ingest.journal;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.valora.ingest.retention;

import org.jspecify.annotations.NullMarked;

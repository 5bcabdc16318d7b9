package dev.valora.ingest.journal;

import org.jspecify.annotations.Nullable;

/** The data directory cannot be used. The message is one sentence for the operator and names the directory. */
public final class DataDirectoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DataDirectoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

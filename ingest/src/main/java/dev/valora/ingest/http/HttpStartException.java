package dev.valora.ingest.http;

/** The server could not listen; the message says where and why, for an operator. */
public final class HttpStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HttpStartException(String message, Throwable cause) {
        super(message, cause);
    }
}

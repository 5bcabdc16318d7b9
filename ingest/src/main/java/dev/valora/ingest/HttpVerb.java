package dev.valora.ingest;

/** The methods that routes use. */
public enum HttpVerb {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE
}

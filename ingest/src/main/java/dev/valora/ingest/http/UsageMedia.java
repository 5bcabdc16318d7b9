package dev.valora.ingest.http;

/** How the body of a usage request is written. */
enum UsageMedia {
    JSON,
    LINES,
    GZIP_JSON,
    GZIP_LINES;

    boolean isGzip() {
        return this == GZIP_JSON || this == GZIP_LINES;
    }

    boolean isLines() {
        return this == LINES || this == GZIP_LINES;
    }
}

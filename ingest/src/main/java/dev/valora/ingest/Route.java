package dev.valora.ingest;

/**
 * One operation of the HTTP contract. Modules contribute lists of these; the server finds the route, checks the key, reads the
 * body and runs the handler on a virtual thread, where it may block.
 *
 * @param template such as {@code /v1/meters/{code}}: segments are literal or a name in braces
 * @param access who may call it
 */
public record Route(HttpVerb verb, String template, Access access, Handler handler) {

    /** The work of a route. */
    @FunctionalInterface
    public interface Handler {

        /**
         * Answers one request. Runs on a virtual thread of its own and may block.
         *
         * @throws ProblemException for everything the caller should be told
         */
        Reply handle(ApiRequest request);
    }
}

package dev.valora.ingest;

/** Watches the HTTP edge, for metrics. Called on event loops, several at once; must not block or throw. */
public interface HttpObserver {

    /** Watches nothing. */
    HttpObserver NONE = new HttpObserver() {
        @Override
        public void onAnswered(String route, int status, long nanos) {}

        @Override
        public void onUsageParsed(int bytes, int events, long nanos) {}

        @Override
        public void onUsageRejected(String code) {}
    };

    /**
     * A request was answered.
     *
     * @param route verb and template such as {@code GET /v1/meters/{code}}, {@code unmatched} or {@code malformed}: never
     *     what a client wrote
     * @param nanos from the end of the request's head to the answer
     */
    void onAnswered(String route, int status, long nanos);

    /**
     * A usage body was read as events.
     *
     * @param bytes of the body
     * @param events in it, refused ones among them
     * @param nanos of parsing
     */
    void onUsageParsed(int bytes, int events, long nanos);

    /** A usage event was refused for its shape, by the code of the HTTP contract, before it could reach the writer. */
    void onUsageRejected(String code);
}

package dev.valora.billing;

/** Watches the billing run, for metrics. Called on the thread that runs it; must not block or throw. */
public interface BillingObserver {

    /** Watches nothing. */
    BillingObserver NONE = new BillingObserver() {
        @Override
        public void onRun(JobKind job, long nanos) {}

        @Override
        public void onTimeout(JobKind job) {}

        @Override
        public void onError(JobKind job, String reason) {}

        @Override
        public void onProcessed(JobKind job, String resource, int count) {}

        @Override
        public void onDeferred(JobKind job, String reason, int count) {}

        @Override
        public void onStarted(long lagMicros) {}

        @Override
        public void onSetAside(int subscriptions) {}
    };

    /**
     * A job ended, well or not: one batch of one organization, one database transaction.
     *
     * @param nanos from before the transaction to its end, with the wait for a connection
     */
    void onRun(JobKind job, long nanos);

    /**
     * A job was given up because PostgreSQL did not do a statement in its time, or because all of them together took too long.
     * Not an error besides. Waiting for a connection, or for a lock that somebody else keeps, is not this but an error.
     */
    void onTimeout(JobKind job);

    /**
     * A job, or one subscription of it, failed.
     *
     * @param reason a stable word: {@code no_connection}, {@code database_away}, {@code locked} by somebody else,
     *     {@code database_busy}, {@code database_refused}, {@code unexpected}, or why an invoice was refused
     */
    void onError(JobKind job, String reason);

    /**
     * Part of a committed job.
     *
     * @param resource what was processed: {@code subscriptions}, {@code cycles} or {@code invoices}
     */
    void onProcessed(JobKind job, String resource, int count);

    /**
     * Subscriptions or cycles whose time has come were left for later; told again each time that they are.
     *
     * @param reason {@code set_aside}, {@code watermark}, or {@code stuck} when nothing could be done for an organization
     */
    void onDeferred(JobKind job, String reason, int count);

    /**
     * A job begins: it has its connection and may change the organization's billing.
     *
     * @param lagMicros how long ago, by the server's clock, what it does came due and could be done
     */
    void onStarted(long lagMicros);

    /** How many subscriptions wait with an error now. */
    void onSetAside(int subscriptions);
}

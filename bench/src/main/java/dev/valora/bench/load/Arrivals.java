package dev.valora.bench.load;

/**
 * The instants at which one thread's requests are meant to go out. All times are nanoseconds since the start of the run. One
 * thread.
 */
sealed interface Arrivals {

    /** When the next request is meant to go out: not after {@code nowNanos} if it is due. */
    long nextNanos(long nowNanos);

    /** The next request was sent. */
    void taken();

    /** Whether no further request is meant to go out. */
    boolean isOver(long nowNanos);

    /** Whether a request is among those measured. */
    boolean isMeasured(long meantNanos, long answeredNanos);

    /**
     * From when on requests are measured, and from when on none goes out.
     *
     * @param fromNanos the end of the warm-up
     * @param stopNanos the end of the run
     */
    record Span(long fromNanos, long stopNanos) {}

    /** Of one thread of a plan. */
    static Arrivals of(LoadPlan plan, int thread) {
        long fromNanos = plan.bounds().warmUp().toNanos();
        Span span = new Span(fromNanos, fromNanos + plan.bounds().measured().toNanos());
        return switch (plan.pace()) {
            case LoadPlan.Pace.ClosedLoop closed -> new AtOnce(span);
            case LoadPlan.Pace.OpenLoop open -> new Scheduled(span, plan.shape(), open.eventsPerSecond(), thread);
        };
    }

    /** Whenever somebody is there to send it. */
    record AtOnce(Span span) implements Arrivals {

        @Override
        public long nextNanos(long nowNanos) {
            return nowNanos;
        }

        @Override
        public void taken() {
            // The next one is always due.
        }

        @Override
        public boolean isOver(long nowNanos) {
            return nowNanos >= span.stopNanos;
        }

        @Override
        public boolean isMeasured(long meantNanos, long answeredNanos) {
            return answeredNanos >= span.fromNanos && answeredNanos <= span.stopNanos;
        }
    }

    /** At a constant rate. Computed from the number of the request, so that nothing adds up and nothing is queued. */
    final class Scheduled implements Arrivals {

        private static final long NANOS_PER_SECOND = 1_000_000_000;

        private final Span span;
        private final int threads;
        private final int thread;
        private final int eventsPerRequest;
        private final long eventsPerSecond;
        private long number;

        Scheduled(Span span, LoadPlan.Shape shape, long eventsPerSecond, int thread) {
            this.span = span;
            this.threads = shape.threads();
            this.thread = thread;
            this.eventsPerRequest = shape.eventsPerRequest();
            this.eventsPerSecond = eventsPerSecond;
        }

        @Override
        public long nextNanos(long nowNanos) {
            long eventsBefore = (number * threads + thread) * eventsPerRequest;
            return eventsBefore / eventsPerSecond * NANOS_PER_SECOND
                    + eventsBefore % eventsPerSecond * NANOS_PER_SECOND / eventsPerSecond;
        }

        @Override
        public void taken() {
            number++;
        }

        @Override
        public boolean isOver(long nowNanos) {
            return nowNanos >= span.stopNanos || nextNanos(nowNanos) >= span.stopNanos;
        }

        @Override
        public boolean isMeasured(long meantNanos, long answeredNanos) {
            return meantNanos >= span.fromNanos;
        }

        /** Whether the next request should have gone out before the run ended. */
        boolean isOwed() {
            return nextNanos(span.stopNanos) < span.stopNanos;
        }

        long stopNanos() {
            return span.stopNanos;
        }
    }
}

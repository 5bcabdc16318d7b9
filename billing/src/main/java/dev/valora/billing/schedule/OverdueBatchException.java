package dev.valora.billing.schedule;

/** A batch took longer than a batch may, although each of its statements was in time. It was undone. */
final class OverdueBatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OverdueBatchException(long limitNanos) {
        super("a batch took longer than " + limitNanos / 1_000_000 + " ms");
    }
}

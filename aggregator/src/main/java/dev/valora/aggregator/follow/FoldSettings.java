package dev.valora.aggregator.follow;

/**
 * When the fold is flushed.
 *
 * @param flushIntervalMillis between two flushes when there is usage; a new event is visible after about this long
 * @param idleFlushIntervalMillis between two flushes when only the watermark moves; at least {@code flushIntervalMillis}
 * @param openWindowsMax windows in memory at which a flush is due at once
 */
public record FoldSettings(long flushIntervalMillis, long idleFlushIntervalMillis, int openWindowsMax) {

    /** 200 ms, 1 s, 20,000 windows. */
    public static final FoldSettings DEFAULT = new FoldSettings(200, 1_000, 20_000);

    public FoldSettings {
        if (flushIntervalMillis < 0 || idleFlushIntervalMillis < flushIntervalMillis || openWindowsMax < 1) {
            throw new IllegalArgumentException("flush intervals must not be negative nor the idle one shorter, and at"
                    + " least one window must fit into memory");
        }
    }
}

package dev.valora.config.demo;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells how far the demo is: on a terminal one line for each step that is written over while it goes on, elsewhere a plain line
 * at its beginning and then now and then. Any thread.
 */
public final class Progress {

    private static final long TERMINAL_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PLAIN_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final String OVER_THE_LINE = "\r\033[K";

    private final PrintWriter out;
    private final boolean isTerminal;
    private final LongSupplier ticker;
    private String step = "";
    private long begunNanos;
    private long shownNanos;

    /** @param ticker monotonic nanoseconds */
    public Progress(PrintWriter out, boolean isTerminal, LongSupplier ticker) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.ticker = ticker;
    }

    /** A step begins; the one before has ended. */
    public synchronized void begin(String newStep) {
        end();
        step = newStep;
        begunNanos = ticker.getAsLong();
        shownNanos = begunNanos;
        show(step + " …");
    }

    /** So many of a number of things are done. */
    synchronized void at(int done, int of) {
        long now = ticker.getAsLong();
        if (now - shownNanos >= (isTerminal ? TERMINAL_PAUSE_NANOS : PLAIN_PAUSE_NANOS)) {
            shownNanos = now;
            show(step + String.format(Locale.ROOT, " … %,d of %,d", done, of));
        }
    }

    /** The last step has ended. */
    synchronized void end() {
        if (!step.isEmpty() && isTerminal) {
            show(step
                    + String.format(
                            Locale.ROOT,
                            ", %.1f s",
                            TimeUnit.NANOSECONDS.toMillis(ticker.getAsLong() - begunNanos) / 1e3));
            out.println();
            out.flush();
        }
        step = "";
    }

    /** Nothing more is told; a step that has not ended stays as it was shown last. */
    public synchronized void leave() {
        if (!step.isEmpty() && isTerminal) {
            out.println();
            out.flush();
        }
        step = "";
    }

    private void show(String text) {
        if (isTerminal) {
            out.print(OVER_THE_LINE + text);
        } else {
            out.println(text);
        }
        out.flush();
    }
}

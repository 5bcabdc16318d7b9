package dev.valora.bench.books;

import dev.valora.bench.client.ApiClient;
import dev.valora.bench.client.UsageReading;
import dev.valora.bench.client.UsageWindow;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Reads back what a server counted, once it says that everything sent so far has been applied. One thread. */
public final class Inspector {

    private static final long LOOK_AGAIN_MILLIS = 25;

    private final ApiClient client;
    private final InstantSource clock;
    private final Duration timeout;

    /**
     * @param clock the same wall time as the server's, to compare with its watermark
     * @param timeout until everything must have been applied
     */
    public Inspector(ApiClient client, InstantSource clock, Duration timeout) {
        this.client = client;
        this.clock = clock;
        this.timeout = timeout;
    }

    /**
     * Compares the books with the server's windows. Nothing may be in flight.
     *
     * @throws IllegalStateException when the watermark does not pass this moment in time
     */
    public Findings inspect(Books books) throws IOException, InterruptedException {
        Instant sentBefore = clock.instant().plusMillis(1);
        long startNanos = System.nanoTime();
        Instant appliedThrough = watermark(books);
        while (appliedThrough.isBefore(sentBefore)) {
            if (System.nanoTime() - startNanos > timeout.toNanos()) {
                throw new IllegalStateException("after " + timeout + " usage is applied through " + appliedThrough
                        + " only, not through " + sentBefore);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            appliedThrough = watermark(books);
        }
        String peak = books.plan().peak();
        return books.compare(windows(books, books.meter()), peak == null ? List.of() : windows(books, peak));
    }

    private List<UsageWindow> windows(Books books, String meter) throws IOException, InterruptedException {
        return client.usage(meter, books.from(), books.to(), "hour").windows();
    }

    /** Asks for one hour only, since the rows do not matter. */
    private Instant watermark(Books books) throws IOException, InterruptedException {
        UsageReading reading =
                client.usage(books.meter(), books.from(), books.from().plus(Duration.ofHours(1)), "total");
        return reading.appliedThrough();
    }
}

package dev.valora.bench.books;

import dev.valora.bench.client.UsageWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every event of one meter of type sum that the client ever meant to send. */
public final class Books {

    /** How far back event times may reach; less than the age at which a server refuses events. */
    private static final int HOURS = 24 * 60;

    private final String meter;
    private final String run;
    private final Instant start;
    private final int customers;

    // Guarded by this.
    private final List<BookedEvent> events = new ArrayList<>();

    /**
     * @param meter the code of a meter of type sum that nothing else feeds
     * @param run begins every key
     * @param now the client's time; event times lie in the 60 days before
     * @param customers that the events are spread over, at least 1
     */
    public Books(String meter, String run, Instant now, int customers) {
        this.meter = meter;
        this.run = run;
        this.start = now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(HOURS));
        this.customers = customers;
    }

    /** The meter's code. */
    public String meter() {
        return meter;
    }

    /** The start of the first window, inclusive. */
    public Instant from() {
        return start;
    }

    /** The end of the last window, exclusive. */
    public Instant to() {
        return start.plus(Duration.ofHours(HOURS));
    }

    /** Opens an entry for a new event. */
    public BookedEvent next() {
        return open(null);
    }

    /** Opens an entry for an event with another's key and other content: a conflict, once the other is acknowledged. */
    public BookedEvent conflicting(BookedEvent other) {
        return open(other);
    }

    private synchronized BookedEvent open(@Nullable BookedEvent keyOf) {
        int number = events.size();
        int turn = number / customers;
        int hour = turn / BookedEvent.SLOTS;
        if (hour >= HOURS) {
            throw new IllegalStateException("the books are full at " + number + " events");
        }
        BookedEvent event = new BookedEvent(
                keyOf == null ? run + "-" + number : keyOf.key(),
                run + "-customer-" + number % customers,
                start.plus(Duration.ofHours(hour)),
                turn % BookedEvent.SLOTS,
                keyOf != null);
        events.add(event);
        return event;
    }

    /** All entries so far, in order. */
    public synchronized List<BookedEvent> events() {
        return List.copyOf(events);
    }

    /** Entries that the server has neither acknowledged nor refused for good. */
    public List<BookedEvent> unsettled() {
        return events().stream().filter(event -> !event.isSettled()).toList();
    }

    /** Compares with what the server counted. Nothing may be in flight. */
    public Findings compare(List<UsageWindow> windows) {
        return new Comparison(events(), windows).findings();
    }
}

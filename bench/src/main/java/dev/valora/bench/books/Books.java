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

    private final BooksPlan plan;
    private final String run;
    private final Instant start;

    // Guarded by this.
    private final List<BookedEvent> events = new ArrayList<>();

    /**
     * @param run begins every key
     * @param now the client's time; event times lie in the 60 days before
     */
    public Books(BooksPlan plan, String run, Instant now) {
        this.plan = plan;
        this.run = run;
        this.start = now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(HOURS));
    }

    /** The same with one meter and no ballast. */
    public Books(String meter, String run, Instant now, int customers) {
        this(BooksPlan.of(meter, customers), run, now);
    }

    BooksPlan plan() {
        return plan;
    }

    /** The meter's code. */
    public String meter() {
        return plan.meter();
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
        int customer = number % plan.customers();
        int turn = number / plan.customers();
        int hour = turn / BookedEvent.SLOTS;
        if (hour >= HOURS) {
            throw new IllegalStateException("the books are full at " + number + " events");
        }
        BookedEvent event = new BookedEvent(
                keyOf == null ? run + "-" + number : keyOf.key(),
                new BookedEvent.Place(
                        run + "-customer-" + customer,
                        start.plus(Duration.ofHours(hour)),
                        turn % BookedEvent.SLOTS,
                        plan.isByType(customer)),
                keyOf != null);
        events.add(event);
        return event;
    }

    /** How many entries there are. */
    public synchronized int size() {
        return events.size();
    }

    /** All entries so far, in order. */
    public synchronized List<BookedEvent> events() {
        return List.copyOf(events);
    }

    /** Entries that the server has neither acknowledged nor refused for good, or whose void it has not acknowledged. */
    public List<BookedEvent> unsettled() {
        return events().stream().filter(event -> !event.isSettled()).toList();
    }

    /** Compares with what the server counted for books without a peak. Nothing may be in flight. */
    public Findings compare(List<UsageWindow> windows) {
        return compare(windows, List.of());
    }

    /** Compares with what the server counted, and its highest values. Nothing may be in flight. */
    public Findings compare(List<UsageWindow> windows, List<UsageWindow> peaks) {
        return new Comparison(plan, events(), windows, peaks).findings();
    }
}

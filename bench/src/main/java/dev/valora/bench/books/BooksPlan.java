package dev.valora.bench.books;

import org.jspecify.annotations.Nullable;

/**
 * What the events of some books look like.
 *
 * @param meter the code of a meter of type sum, and its event type, that nothing else feeds
 * @param peak the code of a meter of type max with the same event type, or null for none: if there is one, every second
 *     customer's events address the type and so feed both
 * @param customers that the events are spread over, at least 1
 * @param ballast properties of a thousand characters that every event carries, 0 to 50: they make the journal grow
 */
public record BooksPlan(String meter, @Nullable String peak, int customers, int ballast) {

    public BooksPlan {
        if (customers < 1 || ballast < 0 || ballast > 50) {
            throw new IllegalArgumentException("customers must be at least 1 and ballast 0 to 50 properties");
        }
    }

    /** One meter, no ballast. */
    static BooksPlan of(String meter, int customers) {
        return new BooksPlan(meter, null, customers, 0);
    }

    /** Whether a customer's events address the type. */
    boolean isByType(int customer) {
        return peak != null && customer % 2 == 0;
    }
}

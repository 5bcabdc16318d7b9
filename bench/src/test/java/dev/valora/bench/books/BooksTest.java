package dev.valora.bench.books;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.bench.client.ApiClient;
import dev.valora.bench.client.UsageWindow;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The books against a small server in memory: clean when it is right, not clean with any of the planted bugs. */
@Timeout(60)
final class BooksTest {

    private static final long SEED = 20_261_122;
    private static final Instant NOW = Instant.parse("2026-11-22T18:30:00Z");
    private static final int IN_FLIGHT = 4;
    private static final int EVENTS_EACH = 150;

    @Test
    void shouldFindNothingWrongWithAServerThatIsRight() throws Exception {
        try (ModelServer server = new ModelServer(null)) {
            Ran ran = run(server);

            assertTrue(ran.beforeRetry().isClean(), ran.beforeRetry()::toString);
            assertTrue(ran.beforeRetry().unknownPresent() > 0, "no unknown outcome was counted, so nothing was shown");
            assertTrue(ran.beforeRetry().acknowledged() < ran.beforeRetry().compared(), "nothing was left to retry");
            assertTrue(ran.afterRetry().isClean(), ran.afterRetry()::toString);
            assertEquals(List.of(), ran.books().unsettled());
            assertEquals(0, ran.afterRetry().unknownPresent());
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void shouldCatchThePlantedBug(Bug bug) throws Exception {
        try (ModelServer server = new ModelServer(bug)) {
            Ran ran = run(server);

            assertTrue(server.hasStruck(), "the bug never struck");
            assertFalse(
                    ran.beforeRetry().isClean() && ran.afterRetry().isClean(),
                    () -> "nothing was found with " + bug + ": " + ran);
        }
    }

    @Test
    void shouldTellEveryKindOfDifferenceApart() {
        Books books = new Books("meter", "run", NOW, 1);
        BookedEvent acknowledged = answered(books.next(), Outcome.ACKNOWLEDGED);
        BookedEvent refused = answered(books.next(), Outcome.REFUSED);
        BookedEvent unavailable = answered(books.next(), Outcome.UNAVAILABLE);
        BookedEvent unknown = answered(books.next(), Outcome.UNKNOWN);

        assertEquals(1, books.compare(List.of()).wrong().lost().size());
        Findings all = books.compare(List.of(window(acknowledged, refused, unavailable, unknown)));
        assertEquals(2, all.wrong().refusedPresent().size());
        assertEquals(1, all.unknownPresent());
        Findings twice = books.compare(List.of(window(acknowledged, acknowledged, unknown, unknown)));
        assertEquals(2, twice.wrong().doubled().size());
        Findings foreign = books.compare(List.of(window(acknowledged, new Books("m", "other", NOW, 1).next())));
        assertFalse(foreign.isClean());
        assertTrue(books.compare(List.of(window(acknowledged, unknown))).isClean());
    }

    @Test
    void shouldNotExpectAVoidedEventAndAllowEitherWhileItsVoidIsUnknown() {
        Books books = new Books("meter", "run", NOW, 1);
        BookedEvent kept = answered(books.next(), Outcome.ACKNOWLEDGED);
        BookedEvent taken = answered(books.next(), Outcome.ACKNOWLEDGED);
        taken.voidSent();
        for (boolean isAnswered : new boolean[] {false, true}) {
            if (isAnswered) {
                taken.voidAnswered(Outcome.UNKNOWN);
            }
            assertTrue(books.compare(List.of(window(kept))).isClean());
            assertTrue(books.compare(List.of(window(kept, taken))).isClean());
            assertEquals(List.of(taken), books.unsettled());
        }
        taken.voidSent();
        taken.voidAnswered(Outcome.ACKNOWLEDGED);

        assertTrue(books.compare(List.of(window(kept))).isClean());
        Findings present = books.compare(List.of(window(kept, taken)));
        assertEquals(1, present.wrong().voidedPresent().size());
        assertEquals(1, present.voided());
        assertEquals(List.of(), books.unsettled());
        taken.voidSent();
        taken.voidAnswered(Outcome.REFUSED);
        assertTrue(taken.isContradicted());
    }

    @Test
    void shouldCompareTheMaximumWithWhatTheSumSaysIsThere() {
        Books books = new Books(new BooksPlan("meter", "meter_peak", 2, 0), "run", NOW);
        BookedEvent low = answered(books.next(), Outcome.ACKNOWLEDGED);
        BookedEvent byMeter = answered(books.next(), Outcome.ACKNOWLEDGED);
        BookedEvent high = answered(books.next(), Outcome.ACKNOWLEDGED);
        List<UsageWindow> sums = List.of(window(low, high), window(byMeter));

        assertTrue(books.compare(sums, List.of(peak(high, 2))).isClean());
        for (List<UsageWindow> wrong : List.of(
                List.<UsageWindow>of(),
                List.of(peak(low, 2)),
                List.of(peak(high, 1)),
                List.of(peak(high, 2), peak(byMeter, 1)),
                List.of(peak(high, 2), peak(high, 2)))) {
            Findings found = books.compare(sums, wrong);
            assertEquals(1, found.wrong().unexpected().size(), () -> wrong + ": " + found);
        }
    }

    private static UsageWindow peak(BookedEvent event, long events) {
        return new UsageWindow(event.customer(), event.window(), event.quantity(), events);
    }

    @Test
    void shouldKeepAnAcknowledgementWhateverComesLater() {
        BookedEvent event = new Books("meter", "run", NOW, 1).next();
        answered(event, Outcome.ACKNOWLEDGED);
        answered(event, Outcome.UNKNOWN);
        answered(event, Outcome.UNAVAILABLE);

        assertTrue(event.isAcknowledged());
        assertFalse(event.isContradicted());
        assertTrue(answered(event, Outcome.REFUSED).isContradicted());
    }

    private static BookedEvent answered(BookedEvent event, Outcome outcome) {
        event.sent(0);
        event.answered(outcome);
        return event;
    }

    private record Ran(Books books, Findings beforeRetry, Findings afterRetry) {}

    private static Ran run(ModelServer server) throws Exception {
        Books books = new Books(new BooksPlan("books", "books_peak", 5, 0), "run", NOW);
        try (ApiClient client = new ApiClient(server.address(), "key", Duration.ofSeconds(10))) {
            BookedLoad load = new BookedLoad(books, new Sender(books, client, InstantSource.fixed(NOW)), SEED);
            Inspector inspector = new Inspector(client, InstantSource.fixed(NOW), Duration.ofSeconds(10));
            // Each thread ends with its first missing answer, so it takes some turns to send enough.
            for (int turn = 0; turn < 4; turn++) {
                load.send(IN_FLIGHT, EVENTS_EACH, () -> false);
            }
            server.crash();
            Findings before = inspector.inspect(books);
            // Everything, because a key forgotten alone shows only if just that one is sent again.
            load.resend(100);
            return new Ran(books, before, inspector.inspect(books));
        }
    }

    private static UsageWindow window(BookedEvent first, BookedEvent... others) {
        BigDecimal sum = first.quantity();
        for (BookedEvent other : others) {
            sum = sum.add(other.quantity());
        }
        return new UsageWindow(first.customer(), first.window(), sum, 1 + others.length);
    }
}

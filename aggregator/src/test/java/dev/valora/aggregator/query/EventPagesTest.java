package dev.valora.aggregator.query;

import static dev.valora.aggregator.query.ListedUsage.ACME;
import static dev.valora.aggregator.query.ListedUsage.OTHER;
import static dev.valora.aggregator.query.ListedUsage.gb;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.Entries.Event;
import dev.valora.aggregator.StoredRows;
import dev.valora.aggregator.TestJournal;
import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.Database;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.TestDatabase;
import dev.valora.ingest.journal.JournalRemoval;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How pages of events go on, where they end, and how much of the journal is read for them. */
class EventPagesTest {

    @AutoClose
    private static final TestDatabase POSTGRES = TestDatabase.create("access", "usage");

    private static final long SECOND = 1_000_000_000L;

    @AutoClose
    private final ListedUsage usage;

    private final TestJournal journal;
    private final ListedEvents listed;

    EventPagesTest(@TempDir Path directory) {
        usage = new ListedUsage(directory, POSTGRES);
        journal = usage.journal;
        listed = usage.listed;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 500})
    void shouldListEveryEventOnceOverAllPages(int limit) {
        List<String> keys = new ArrayList<>();
        for (int entry = 0; entry < 9; entry++) {
            List<byte[]> records = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                String key = "k" + entry + "-" + i;
                boolean own = (entry + i) % 3 > 0;
                records.add(
                        own
                                ? gb(key, "a", "2026-03-01T10:00:00Z", "1")
                                : Event.of(OTHER, "a", "gb", "2026-03-01T10:00:00Z")
                                        .value("1")
                                        .record(key));
                if (own) {
                    keys.add(key);
                }
            }
            journal.commit(Instant.parse("2026-03-01T10:20:00Z").plusSeconds(entry), records);
        }
        listed.apply();
        List<JsonNode> pages = listed.pages(ACME, "meter=gb&limit=" + limit);
        // What stands behind the last event of a full page was not looked at yet.
        assertTrue(pages.size() <= Math.ceilDiv(keys.size(), limit) + 1, "pages " + pages.size());
        assertEquals(String.join(" ", keys), usage.keys("meter=gb&limit=" + limit));
    }

    @Test
    void shouldGoOnWithNewEventsBehindACursor() {
        journal.commit(
                Instant.parse("2026-03-01T10:20:00Z"),
                List.of(gb("k1", "a", "2026-03-01T10:00:00Z", "1"), gb("k2", "a", "2026-03-01T10:00:00Z", "1")));
        listed.apply();
        String cursor =
                listed.page(ACME, "meter=gb&limit=1").path("next_cursor").textValue();
        journal.commit(Instant.parse("2026-03-01T10:21:00Z"), List.of(gb("k3", "a", "2026-03-01T09:00:00Z", "1")));
        listed.apply();
        assertEquals("k2 k3", usage.keys("meter=gb&cursor=" + cursor));
    }

    /** Each page has time for one entry; most hold nothing, and all together hold everything. */
    @Test
    void shouldProgressHoweverLittleTimeThereIs() {
        for (int entry = 0; entry < 40; entry++) {
            OrganizationId whose = entry % 10 == 0 ? ACME : OTHER;
            journal.commit(
                    Instant.parse("2026-03-01T10:20:00Z").plusSeconds(entry),
                    List.of(Event.of(whose, "a", "gb", "2026-03-01T10:00:00Z")
                            .value("1")
                            .record("k" + entry)));
        }
        listed.apply();
        listed.slowDown(2 * SECOND);
        List<JsonNode> pages = listed.pages(ACME, "meter=gb");
        assertTrue(pages.stream().filter(page -> page.path("data").isEmpty()).count() > 20, "pages " + pages.size());
        listed.slowDown(0);
        assertEquals("k0 k10 k20 k30", usage.keys("meter=gb"));
        listed.slowDown(2 * SECOND);
        assertEquals("k0 k10 k20 k30", usage.keys("meter=gb"));
    }

    @Test
    void shouldReadOnlyWhereTheWindowsSayThatEventsAre() {
        int hours = 30;
        int entriesAnHour = 100;
        for (int hour = 0; hour < hours; hour++) {
            Instant start = Instant.parse("2026-03-01T10:00:00Z").plus(Duration.ofHours(hour));
            for (int i = 0; i < entriesAnHour; i++) {
                boolean own = hour % 10 == 3 && i % 40 == 20;
                journal.commit(
                        start.plusSeconds(i),
                        List.of(Event.of(own ? ACME : OTHER, "a", "gb", start.toString())
                                .value("1")
                                .record("h" + hour + "-" + i)));
            }
        }
        listed.apply();
        assertEquals("h3-20 h3-60 h13-20 h13-60 h23-20 h23-60", usage.keys("meter=gb"));
        assertEquals(3 * 41, usage.counting.polled(), "from the first to the last event of each of three hours");
        assertEquals("h13-20 h13-60", usage.keys("meter=gb&from=2026-03-01T20:00:00Z&to=2026-03-02T00:00:00Z"));
        assertEquals(4 * 41, usage.counting.polled());
    }

    /** So many windows that they are no help: the journal is read from where the events may begin. */
    @Test
    void shouldReadOnWithoutWindowsWhenThereAreTooMany() {
        usage.commit();
        addMoreWindowsThanAreLookedAt();
        assertEquals("k1 k2 k3 k6", usage.keys("meter=gb"));
        assertEquals("k2 k3", usage.keys("meter=gb&from=2026-03-01T10:00:00Z&to=2026-03-01T10:10:00Z"));
        long polled = usage.counting.polled();
        assertEquals("", usage.keys("meter=gb&from=2026-03-01T12:31:00Z"));
        assertEquals(polled, usage.counting.polled(), "nothing was accepted an hour before that or later");
        assertEquals("k2 k6", usage.keys("meter=gb&customer=a&from=2026-03-01T10:00:00Z"));
        listed.slowDown(2 * SECOND);
        assertEquals("k1 k2 k3 k6", usage.keys("meter=gb&limit=2"));
        assertTrue(listed.page(ACME, "meter=gb").path("complete").booleanValue());
    }

    private static void addMoreWindowsThanAreLookedAt() {
        StoredRows.change(
                POSTGRES,
                "WITH begun AS (INSERT INTO usage.series (organization_id, meter, customer, dimensions_key, dimensions)"
                        + " SELECT '" + ACME + "', 'gb', 'c' || n, '00000000-0000-0000-0000-000000000000', '{}'"
                        + " FROM generate_series(1, 50001) n RETURNING series_id)"
                        + " INSERT INTO usage.windows (series_id, organization_id, window_start, accepted_hour, value,"
                        + " events, first_position, last_position)"
                        + " SELECT series_id, '" + ACME + "', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z', 1, 1,"
                        + " 2::bigint << 20, 2::bigint << 20 FROM begun");
    }

    /** Three files, of which the first goes between two pages, and the second before a page that has it open ends. */
    @Test
    void shouldSayFromWhereOnEventsAreHeld() {
        commitThreeFiles();
        JournalRemoval removal = new JournalRemoval(journal.journal());
        List<JournalSpan> files = journal.journal().sealedFiles();
        assertEquals(2, files.size());
        long second = files.getLast().firstSequence();
        listed.apply();
        JsonNode first = listed.page(ACME, "meter=gb&limit=1");
        assertEquals("k2 1/0 true", shown(first));

        removal.carry(CarriedRecords.NONE, second);
        removal.removeThrough(files.getFirst().number());
        String cursor = "&cursor=" + first.path("next_cursor").textValue();
        assertEquals("k" + second + " " + second + "/0 false", shown(listed.page(ACME, "meter=gb&limit=1" + cursor)));
        assertEquals("k" + second + " " + second + "/0 false", shown(listed.page(ACME, "meter=gb&limit=1")));
        assertTrue(
                listed.page(ACME, "meter=gb&customer=late").path("complete").booleanValue(),
                "a customer whose events are all held");

        addMoreWindowsThanAreLookedAt();
        assertEquals("k" + second + " " + second + "/0 false", shown(listed.page(ACME, "meter=gb&limit=1")));
        assertTrue(
                listed.page(ACME, "meter=gb&from=2026-03-05T00:00:00Z")
                        .path("complete")
                        .booleanValue(),
                "nothing that happened then was accepted in what is gone");
    }

    private static String shown(JsonNode page) {
        return page.path("data").path(0).path("idempotency_key").textValue() + " "
                + page.path("held_from").textValue() + " " + page.path("complete");
    }

    private void commitThreeFiles() {
        byte[] filler = Event.of(OTHER, "a", "gb", "2026-03-01T10:00:00Z")
                .with("p", "x".repeat(60_000))
                .with("q", "x".repeat(60_000))
                .value("1")
                .record("filler");
        for (int n = 0; journal.journal().sealedFiles().size() < 2; n++) {
            long sequence = journal.journal().forcedSequence() + 1;
            journal.commit(
                    Instant.parse("2026-03-01T10:20:00Z").plusSeconds(n),
                    List.of(gb("k" + sequence, "a", "2026-03-01T10:00:00Z", "1"), filler));
        }
        journal.commit(Instant.parse("2026-03-01T12:20:00Z"), List.of(gb("late", "late", "2026-03-01T12:00:00Z", "1")));
    }

    @Test
    void shouldEndAPageOfLongEventsBeforeItIsFull() {
        String text = "x".repeat(60_000);
        List<byte[]> many = IntStream.range(0, 2)
                .mapToObj(i -> Event.of(ACME, "a", "gb", "2026-03-01T10:00:00Z")
                        .value("1")
                        .with("p0", text)
                        .with("p1", text)
                        .record("m" + i))
                .toList();
        for (int i = 0; i < 20; i++) {
            journal.commit(Instant.parse("2026-03-01T10:21:00Z"), many);
        }
        listed.apply();
        List<JsonNode> pages = listed.pages(ACME, "meter=gb&limit=500");
        assertEquals(3, pages.size());
        assertEquals(
                40, pages.stream().mapToInt(page -> page.path("data").size()).sum());
    }

    @Test
    void shouldLetFewLookAtOnce() throws Exception {
        CountDownLatch inside = new CountDownLatch(4);
        CountDownLatch go = new CountDownLatch(1);
        Database waiting = new Database() {
            @Override
            public <T> T inOrganization(OrganizationId organization, Work<T> work) {
                inside.countDown();
                try {
                    go.await();
                } catch (InterruptedException stopped) {
                    throw new IllegalStateException(stopped);
                }
                return POSTGRES.database().inOrganization(organization, work);
            }

            @Override
            public <T> T acrossOrganizations(Work<T> work) {
                return POSTGRES.database().acrossOrganizations(work);
            }
        };
        ListedEvents shared = new ListedEvents(journal, journal.journal(), waiting);
        shared.apply();
        List<CompletableFuture<JsonNode>> looking = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> shared.page(ACME, "meter=gb"),
                        task -> Thread.ofVirtual().start(task)))
                .toList();
        inside.await();
        Problem refused = assertThrows(ProblemException.class, () -> shared.page(ACME, "meter=gb"))
                .problem();
        assertEquals("too_many_scans", refused.code());
        assertEquals("1", refused.headers().get("Retry-After"));
        go.countDown();
        for (CompletableFuture<JsonNode> one : looking) {
            assertTrue(one.get().path("data").isEmpty());
        }
        assertTrue(shared.page(ACME, "meter=gb").path("data").isEmpty());
    }
}

package dev.valora.aggregator.query;

import static dev.valora.aggregator.Entries.meter;

import dev.valora.aggregator.CountingJournal;
import dev.valora.aggregator.Entries;
import dev.valora.aggregator.Entries.Event;
import dev.valora.aggregator.StoredRows;
import dev.valora.aggregator.TestJournal;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.TestDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Two organizations whose events are listed: their meters, in a journal that counts how much of it is read. One thread. */
final class ListedUsage implements AutoCloseable {

    static final OrganizationId ACME = Entries.organization(1);
    static final OrganizationId OTHER = Entries.organization(2);

    private static final String DEFINED = "2026-03-01T08:00:00Z";

    final TestJournal journal;
    final CountingJournal counting;
    final ListedEvents listed;

    /** A new journal, and windows that hold nothing. */
    ListedUsage(Path directory, TestDatabase postgres) {
        journal = new TestJournal(directory);
        counting = new CountingJournal(journal.journal());
        listed = new ListedEvents(journal, counting.counted(), postgres.database());
        StoredRows.emptyUsage(postgres);
        journal.define(
                DEFINED,
                meter(ACME, "gb", Aggregation.SUM, "region", "model"),
                new MeterDefinition(ACME, "peak", Aggregation.MAX, "used", "size", List.of(), 60),
                meter(OTHER, "gb", Aggregation.SUM, "region"));
    }

    static byte[] gb(String key, String customer, String at, String value) {
        return Event.of(ACME, customer, "gb", at).value(value).record(key);
    }

    /** Two customers, events by code and by type, event times around an hour. */
    void commit() {
        journal.commit(
                Instant.parse("2026-03-01T10:20:00Z"),
                List.of(
                        gb("k1", "a", "2026-03-01T09:59:59.999999Z", "1"),
                        gb("k2", "a", "2026-03-01T10:00:00Z", "2.50"),
                        gb("k3", "b", "2026-03-01T10:00:00.000001Z", "4")));
        journal.commit(
                Instant.parse("2026-03-01T11:30:00Z"),
                List.of(
                        Event.of(ACME, "a", "gb", "2026-03-01T10:10:00Z")
                                .byType("used")
                                .with("size", new java.math.BigDecimal("7"))
                                .record("k4"),
                        Event.of(ACME, "a", "gb", "2026-03-01T10:11:00Z")
                                .byType("used")
                                .record("k5"),
                        Event.of(ACME, "a", "gb", "2026-03-01T10:12:00Z")
                                .byType("gb")
                                .value("8")
                                .record("k6"),
                        Event.of(OTHER, "a", "gb", "2026-03-01T10:12:00Z")
                                .value("9")
                                .record("k7")));
        listed.apply();
    }

    /** The idempotency keys of the events of all pages, in their order. */
    String keys(String query) {
        return keys(ACME, query);
    }

    String keys(OrganizationId organization, String query) {
        return String.join(
                " ",
                listed.events(organization, query).stream()
                        .map(event -> event.path("idempotency_key").textValue())
                        .toList());
    }

    @Override
    public void close() {
        journal.close();
    }
}

package dev.valora.aggregator.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.aggregator.Composition;
import dev.valora.aggregator.Cut;
import dev.valora.aggregator.Entries;
import dev.valora.aggregator.Entries.Event;
import dev.valora.aggregator.QuantityQuestion;
import dev.valora.aggregator.TestJournal;
import dev.valora.aggregator.Windows;
import dev.valora.aggregator.store.PgQuantityReader;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Position;
import dev.valora.ingest.TestDatabase;
import dev.valora.ingest.VoidRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A journal of random events and voids, and beside it a list of what each event counted for, which tells what must be read at
 * any cut. Values are few, so that several events share the greatest one; the journal's time jumps by months now and then.
 */
final class VoidScript {

    static final OrganizationId ORGANIZATION = Entries.organization(1);
    static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    static final List<MeterDefinition> METERS = List.of(
            meter("count", Aggregation.COUNT, null, "region"),
            meter("sum", Aggregation.SUM, null),
            meter("max", Aggregation.MAX, null),
            meter("peak", Aggregation.MAX, "size", "region"));

    private final long seed;
    private final Random random;
    private TestJournal journal;
    private int keys;
    private int refusedVoids;
    private int lateDays;
    private final List<Sent> live = new ArrayList<>();
    private final List<Fact> facts = new ArrayList<>();
    private Instant accepted = START;
    private boolean countIsArchived;

    /** What one event counted for one meter. */
    static final class Fact {
        final String meter;
        final String customer;
        final String region;
        final Instant window;
        final BigDecimal value;
        private final Instant acceptedHour;
        private @Nullable Instant voidedHour;

        private Fact(String meter, Event event, String region, BigDecimal value, Instant accepted) {
            this.meter = meter;
            this.customer = event.customer();
            this.region = region;
            this.window = event.at().truncatedTo(ChronoUnit.HOURS);
            this.value = value;
            this.acceptedHour = accepted.truncatedTo(ChronoUnit.HOURS);
        }

        boolean countsAt(Instant cut) {
            return acceptedHour.isBefore(cut) && (voidedHour == null || !voidedHour.isBefore(cut));
        }
    }

    private record Sent(EventRecord record, long position, List<Fact> facts) {}

    VoidScript(TestJournal journal, long seed) {
        this.journal = journal;
        this.seed = seed;
        this.random = new Random(seed);
        journal.define(START.toString(), METERS.toArray(MeterDefinition[]::new));
    }

    /** The journal was opened again. */
    void goOn(TestJournal opened) {
        journal = opened;
    }

    /** From now on some events happened so many days before they are accepted. */
    void sendLate(int days) {
        lateDays = days;
    }

    /** Lets time pass before the next entry. */
    void later(Duration duration) {
        accepted = accepted.plus(duration);
    }

    /** Voids that were not written because the journal no longer held what they need. */
    int refusedVoids() {
        return refusedVoids;
    }

    private static MeterDefinition meter(
            String code, Aggregation aggregation, @Nullable String property, String... dimensions) {
        return new MeterDefinition(ORGANIZATION, code, aggregation, "used", property, List.of(dimensions), 60);
    }

    /** Appends entries with events, voids and, once, an archived meter. */
    void write(int entries) {
        for (int i = 0; i < entries; i++) {
            accepted = accepted.plus(
                    random.nextInt(60) == 0 ? Duration.ofDays(25) : Duration.ofSeconds(random.nextInt(2_400)));
            long sequence = journal.journal().forcedSequence() + 1;
            List<byte[]> records = new ArrayList<>();
            if (!countIsArchived && random.nextInt(150) == 0) {
                countIsArchived = true;
                journal.meters().archive(ORGANIZATION, "count", Position.pack(sequence, 0));
                records.add(MeterRecords.encode(new MeterRecords.Archived(ORGANIZATION, "count")));
            }
            for (int n = random.nextInt(4); n > 0 && !live.isEmpty(); n--) {
                voidOne(sequence, records);
            }
            List<Sent> sent = new ArrayList<>();
            for (int n = random.nextInt(6); n > 0; n--) {
                Event event = event();
                byte[] record = event.record("k" + keys++);
                sent.add(new Sent(
                        new EventRecord().wrap(record, 0), Position.pack(sequence, records.size()), count(event)));
                records.add(record);
            }
            live.addAll(sent);
            journal.commit(accepted, records);
        }
    }

    /** The latest ones most often, so that voids meet windows which are still open. */
    private void voidOne(long sequence, List<byte[]> records) {
        int back = random.nextBoolean() ? random.nextInt(Math.min(8, live.size())) : random.nextInt(live.size());
        Sent sent = live.remove(live.size() - 1 - back);
        VoidRecord voided = new VoidRecord(sent.position(), sent.record(), "sent by mistake");
        long position = Position.pack(sequence, records.size());
        if (journal.reach().admit(position, Windows.micros(accepted), voided, journal.meters())) {
            sent.facts().forEach(fact -> fact.voidedHour = accepted.truncatedTo(ChronoUnit.HOURS));
            records.add(voided.encode());
        } else {
            refusedVoids++;
        }
    }

    private Event event() {
        Event event = Event.of(
                        ORGANIZATION,
                        "customer-" + random.nextInt(2),
                        "max",
                        eventTime().toString())
                .value(String.valueOf(random.nextInt(9) - 4));
        if (random.nextInt(5) > 0) {
            event = event.byType("used");
        }
        if (random.nextInt(3) > 0) {
            event = event.with("region", "r" + random.nextInt(2));
        }
        return switch (random.nextInt(4)) {
            case 0 -> event;
            case 1 -> event.with("size", "not a number");
            default -> event.with("size", BigDecimal.valueOf(random.nextInt(7), 1));
        };
    }

    /** Within two hours, but for every third event where some are sent late, in windows that were used before. */
    private Instant eventTime() {
        Instant usual = accepted.minusSeconds(random.nextInt(7_200));
        if (lateDays == 0 || facts.isEmpty() || random.nextInt(3) > 0) {
            return usual;
        }
        Instant window = facts.get(random.nextInt(facts.size())).window;
        return window.isBefore(accepted.minus(lateDays, ChronoUnit.DAYS)) ? usual : window;
    }

    private List<Fact> count(Event event) {
        List<Fact> counted = new ArrayList<>();
        String region = String.valueOf(event.properties().get("region"));
        if (event.byType() && !countIsArchived) {
            counted.add(new Fact("count", event, region, BigDecimal.ONE, accepted));
        }
        if (event.byType()) {
            counted.add(new Fact("sum", event, "null", value(event), accepted));
        }
        counted.add(new Fact("max", event, "null", value(event), accepted));
        if (event.byType() && event.properties().get("size") instanceof BigDecimal size) {
            counted.add(new Fact("peak", event, region, size, accepted));
        }
        facts.addAll(counted);
        return counted;
    }

    private static BigDecimal value(Event event) {
        BigDecimal value = event.value();
        return value == null ? BigDecimal.ZERO : value;
    }

    /** When the last entry was accepted. */
    Instant accepted() {
        return accepted;
    }

    /** Value and number of the events of a meter that count at a cut, by whatever tells them apart. */
    Map<String, String> expected(String meter, Instant cut, Function<Fact, String> apart) {
        Map<String, List<Fact>> groups = new TreeMap<>();
        Predicate<Fact> counts = fact -> fact.meter.equals(meter) && fact.countsAt(cut);
        facts.stream()
                .filter(counts)
                .forEach(fact -> groups.computeIfAbsent(apart.apply(fact), first -> new ArrayList<>())
                        .add(fact));
        Map<String, String> expected = new TreeMap<>();
        groups.forEach((group, members) -> expected.put(group, total(meter, members) + " of " + members.size()));
        return expected;
    }

    private static String total(String meter, List<Fact> members) {
        BigDecimal total = members.stream()
                .map(fact -> fact.value)
                .reduce(meter.equals("count") || meter.equals("sum") ? BigDecimal::add : BigDecimal::max)
                .orElseThrow();
        return (total.signum() == 0 ? BigDecimal.ZERO : total.stripTrailingZeros()).toPlainString();
    }

    static MeterDefinition meter(String code) {
        return METERS.stream()
                .filter(meter -> meter.code().equals(code))
                .findFirst()
                .orElseThrow();
    }

    /** What billing reads that a customer used at a cut. */
    static String quantity(TestDatabase postgres, String meter, String customer, Cut cut) {
        QuantityQuestion question = new QuantityQuestion(
                customer, meter, Composition.of(meter(meter).aggregation()), cut, Map.of(), List.of());
        return postgres.database()
                .inOrganization(
                        ORGANIZATION,
                        transaction -> new PgQuantityReader().read(transaction, ORGANIZATION, List.of(question)))
                .getFirst()
                .toString();
    }

    /** Billing must read of every meter and customer what the events add up to; the cut begins before the first of them. */
    void assertQuantities(TestDatabase postgres, Cut cut) {
        for (MeterDefinition meter : METERS) {
            Map<String, String> totals = expected(meter.code(), cut.acceptedBefore(), fact -> fact.customer);
            for (String customer : List.of("customer-0", "customer-1")) {
                String total = totals.getOrDefault(customer, "0 of 0");
                assertEquals(
                        total.substring(0, total.indexOf(' ')),
                        quantity(postgres, meter.code(), customer, cut),
                        () -> meter.code() + " of " + customer + " at " + cut + ", seed " + seed);
            }
        }
    }
}

package dev.valora.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Journals written by version 1 stay readable, and what is written today is what version 1 wrote. */
final class GoldenEntryTest {

    @Test
    void shouldWriteTheBytesThatAreKept() throws IOException {
        assertEquals(
                hex(GoldenEntry.kept("entry.hex")),
                hex(GoldenEntry.entry(GoldenEntry.SEQUENCE, GoldenEntry.ACCEPTED_MICROS)));
        assertEquals(hex(GoldenEntry.kept("tick.hex")), hex(GoldenEntry.tick()));
        assertEquals(hex(GoldenEntry.kept("void.hex")), hex(GoldenEntry.voidEntry()));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void shouldReadTheHeaderThatIsKept() throws IOException {
        JournalEntry entry = wrapped("entry.hex");
        assertEquals(GoldenEntry.SEQUENCE, entry.sequence());
        assertEquals(GoldenEntry.ACCEPTED_MICROS, entry.acceptedMicros());
        assertEquals(6, entry.recordCount());
        assertEquals(
                List.of(
                        RecordLayout.TYPE_METER_DEFINED,
                        RecordLayout.TYPE_METER_DEFINED,
                        RecordLayout.TYPE_EVENT,
                        RecordLayout.TYPE_EVENT,
                        RecordLayout.TYPE_EVENT,
                        RecordLayout.TYPE_METER_ARCHIVED),
                offsets(entry).stream().map(entry::recordType).toList());
        JournalEntry tick = wrapped("tick.hex");
        assertEquals(0, tick.recordCount());
        assertEquals(tick.length(), tick.firstRecord());
    }

    @Test
    void shouldReadTheMetersThatAreKept() throws IOException {
        JournalEntry entry = wrapped("entry.hex");
        List<Integer> at = offsets(entry);
        assertEquals(GoldenEntry.TOKENS, MeterRecords.decodeDefined(entry.bytes(), at.get(0)));
        assertEquals(GoldenEntry.SEATS, MeterRecords.decodeDefined(entry.bytes(), at.get(1)));
        assertEquals(GoldenEntry.ARCHIVED, MeterRecords.decodeArchived(entry.bytes(), at.get(5)));
    }

    @Test
    void shouldReadTheEventsThatAreKept() throws IOException {
        JournalEntry entry = wrapped("entry.hex");
        List<Integer> at = offsets(entry);
        EventRecord addressed = new EventRecord().wrap(entry.bytes(), at.get(2));
        assertEquals(GoldenEntry.ORGANIZATION, addressed.organization());
        assertEquals(List.of("key-1", "customer-1", "tokens"), texts(addressed));
        assertEquals(new BigDecimal("12.5"), addressed.value());
        assertEquals(1_793_443_200_000_001L, addressed.eventMicros());
        assertEquals(List.of("model=gpt-4", "temperature=0.7"), properties(addressed));
        assertTrue(addressed.findProperty("temperature".getBytes(UTF_8)) > 0);
        assertFalse(addressed.isByType() || addressed.isTimeDefaulted());

        EventRecord byType = new EventRecord().wrap(entry.bytes(), at.get(3));
        assertEquals(List.of("clé-2 \uD83D\uDD11", "c", "llm.call"), texts(byType));
        assertNull(byType.value());
        assertEquals(List.of("cached=false", "stream=true"), properties(byType));
        assertTrue(byType.isByType() && byType.isTimeDefaulted());

        EventRecord longest = new EventRecord().wrap(entry.bytes(), at.get(4));
        assertEquals(List.of("k", "customer-1", "seats.peak"), texts(longest));
        assertEquals(GoldenEntry.LONGEST, longest.value());
        assertEquals(-1, longest.eventMicros());
        assertEquals(List.of("="), properties(longest));
    }

    @Test
    void shouldReadTheVoidThatIsKept() throws IOException {
        JournalEntry entry = wrapped("void.hex");
        assertEquals(1, entry.recordCount());
        int at = entry.recordAt(0);
        assertEquals(RecordLayout.TYPE_EVENT_VOIDED, entry.recordType(at));
        assertEquals(entry.length(), entry.nextRecord(at));
        VoidRecord voided = VoidRecord.decode(entry.bytes(), at);
        assertEquals(GoldenEntry.voided().eventPosition(), voided.eventPosition());
        assertEquals(GoldenEntry.voided().reason(), voided.reason());
        EventRecord copy = voided.event();
        assertEquals(
                hex(GoldenEntry.records().get(3)),
                hex(Arrays.copyOfRange(copy.bytes(), copy.offset(), copy.offset() + copy.length())));
        assertEquals("llm.call", copy.target());
        assertEquals(GoldenEntry.ORGANIZATION, copy.organization());
    }

    @Test
    void shouldRefuseTheEntryWithAnyBitFlipped() throws IOException {
        byte[] kept = GoldenEntry.kept("entry.hex");
        assertTrue(RecordLayout.entryIsIntact(kept, kept.length));
        for (int bit = 0; bit < kept.length * 8; bit++) {
            kept[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(RecordLayout.entryIsIntact(kept, kept.length), "bit " + bit);
            kept[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    private static JournalEntry wrapped(String name) throws IOException {
        byte[] kept = GoldenEntry.kept(name);
        assertTrue(RecordLayout.entryIsIntact(kept, kept.length));
        JournalEntry entry = new JournalEntry();
        entry.wrap(kept, kept.length);
        return entry;
    }

    private static List<Integer> offsets(JournalEntry entry) {
        List<Integer> offsets = new ArrayList<>();
        for (int at = entry.firstRecord(); at < entry.length(); at = entry.nextRecord(at)) {
            offsets.add(at);
        }
        return offsets;
    }

    private static List<String> texts(EventRecord event) {
        return List.of(event.key(), event.customer(), event.target());
    }

    private static List<String> properties(EventRecord event) {
        List<String> properties = new ArrayList<>();
        int at = event.firstProperty();
        for (int i = 0; i < event.propertyCount(); i++) {
            String name = new String(event.bytes(), event.propertyName(at), event.propertyNameLength(at), UTF_8);
            properties.add(name + "=" + event.propertyString(at));
            at = event.nextProperty(at);
        }
        assertEquals(event.offset() + event.length(), at);
        return properties;
    }
}

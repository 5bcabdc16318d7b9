package dev.valora.ingest.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.valora.ingest.Aggregation;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Position;
import dev.valora.ingest.VoidRecord;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One void for an event, whatever was voided before under its key. */
final class VoidAdmissionTest {

    private static final long NOW_MICROS = 1_700_000_000_000_000L;
    private static final EventIdentity KEY = TestBatch.hash().identity(TestBatch.ORGANIZATION, "k".getBytes(UTF_8));

    private final MeterDirectory meters = new MeterDirectory();
    private final DedupIndex index = new DedupIndex();
    private final Admission admission = new Admission(index, 90);
    private final EntryDraft entry = new EntryDraft();

    VoidAdmissionTest() {
        meters.define(
                new MeterDefinition(TestBatch.ORGANIZATION, "calls", Aggregation.SUM, "calls", null, List.of(), 60),
                Position.pack(1, 0));
    }

    @AfterEach
    void closeIndex() {
        index.close();
    }

    /** The void of the key's event, accepted as the entry with this sequence. */
    private VoidRecord accepted(long sequence) {
        UsageBatch batch =
                new TestBatch(meters).event("k", "calls", 1, NOW_MICROS).batch();
        entry.begin(sequence, NOW_MICROS);
        admission.admit(batch, entry);
        assertEquals(Position.pack(sequence, 0), admission.eventPosition(KEY));
        EventRecord event = new EventRecord().wrap(Arrays.copyOf(batch.records, batch.recordsLength()), 0);
        return new VoidRecord(Position.pack(sequence, 0), event, "wrong");
    }

    private void admit(long sequence, VoidRecord voided) {
        entry.begin(sequence, NOW_MICROS);
        assertEquals(0, admission.voidPosition(KEY, voided.eventPosition()));
        assertEquals(Position.pack(sequence, 0), admission.admitVoid(KEY, voided, entry));
        assertEquals(Position.pack(sequence, 0), admission.voidPosition(KEY, voided.eventPosition()));
        assertEquals(voided.eventPosition(), journaled().eventPosition());
    }

    /** The only record of the entry. */
    private VoidRecord journaled() {
        entry.seal();
        JournalEntry sealed = new JournalEntry();
        sealed.wrap(entry.bytes(), entry.length());
        assertEquals(1, sealed.recordCount());
        return VoidRecord.decode(sealed.bytes(), sealed.firstRecord());
    }

    @Test
    void shouldVoidAnEventOnce() {
        VoidRecord voided = accepted(2);
        admit(3, voided);
        entry.begin(4, NOW_MICROS);
        assertThrows(IllegalStateException.class, () -> admission.admitVoid(KEY, voided, entry));
        assertEquals(0, entry.recordCount());
        assertEquals(Position.pack(3, 0), admission.voidPosition(KEY, voided.eventPosition()));
        assertEquals(2, index.size());
    }

    @Test
    void shouldTakeThePlaceOfTheVoidOfAForgottenEvent() {
        VoidRecord before = accepted(2);
        admit(5, before);
        admission.forgetBefore(Position.pack(3, 0), NOW_MICROS - 1);
        VoidRecord again = accepted(6);
        admit(7, again);
        assertEquals(0, admission.voidPosition(KEY, before.eventPosition()));
        assertEquals(2, index.size());
    }
}

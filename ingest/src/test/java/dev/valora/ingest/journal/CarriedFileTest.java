package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.Aggregation;
import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CarriedFileTest {

    private static final UUID JOURNAL = UUID.fromString("6f2a1c3e-8f4b-4a57-9d0e-1b2c3d4e5f60");
    private static final OrganizationId ORGANIZATION = new OrganizationId(new UUID(1, 2));
    private static final Manifest MANIFEST = new Manifest(JOURNAL, false, List.of(JournalFile.open(6, 61, 90)), 90);

    @TempDir
    Path directory;

    private final MeterDirectory meters = new MeterDirectory();

    CarriedFileTest() {
        meters.define(meter("b"), Position.pack(7, 0));
        meters.define(meter("a"), Position.pack(7, 1));
        meters.archive(ORGANIZATION, "b", Position.pack(60, 3));
        meters.define(meter("c"), Position.pack(61, 0));
        meters.archive(ORGANIZATION, "a", Position.pack(80, 0));
    }

    private static MeterDefinition meter(String code) {
        return new MeterDefinition(ORGANIZATION, code, Aggregation.MAX, "type-" + code, "size", List.of("x", "y"), 15);
    }

    private CarriedRecords before(long sequence) {
        return CarriedRecords.ofMeters(meters, Position.pack(sequence, 0));
    }

    private static List<String> describe(CarriedRecords records) {
        List<String> described = new ArrayList<>();
        records.forEach((bytes, offset, position) -> {
            String at = Position.unpack(position) + " ";
            described.add(at
                    + switch (RecordLayout.getU8(bytes, offset + RecordLayout.RECORD_TYPE)) {
                        case RecordLayout.TYPE_METER_DEFINED ->
                            "defined "
                                    + MeterRecords.decodeDefined(bytes, offset).code();
                        case RecordLayout.TYPE_METER_ARCHIVED ->
                            "archived "
                                    + MeterRecords.decodeArchived(bytes, offset).code();
                        default -> "unknown";
                    });
        });
        assertEquals(described.size(), records.count());
        return described;
    }

    private CarriedRecords read(byte[] bytes) throws IOException {
        Files.write(directory.resolve(CarriedFile.NAME), bytes);
        return CarriedFile.read(directory, MANIFEST);
    }

    @Test
    void shouldCarryMetersInTheOrderOfTheJournal() throws IOException {
        CarriedFile file = new CarriedFile(JOURNAL, 61, before(61));
        assertEquals(List.of("7/0 defined b", "7/1 defined a", "60/3 archived b"), describe(file.records()));
        assertEquals(describe(file.records()), describe(read(file.encode())));
        file.records()
                .forEach((bytes, offset, position) -> assertTrue(position != Position.pack(7, 1)
                        || MeterRecords.decodeDefined(bytes, offset).equals(meter("a"))));
    }

    /** It is written before the manifest: after a kill between the two it tells more than the manifest has let go. */
    @Test
    void shouldLeaveOutWhatTheJournalStillHolds() throws IOException {
        CarriedFile further = new CarriedFile(JOURNAL, 90, before(90));
        assertEquals(5, further.records().count());
        assertEquals(describe(before(61)), describe(read(further.encode())));
        assertEquals(List.of(), describe(CarriedRecords.NONE.before(Long.MAX_VALUE)));
    }

    @Test
    void shouldRefuseWhatDoesNotReachTheBeginning() {
        byte[] older = new CarriedFile(JOURNAL, 60, before(60)).encode();
        assertRefused(older, "it reaches to entry 60, but the journal begins at entry 61");
        assertRefused(new CarriedFile(new UUID(8, 8), 61, before(61)).encode(), "it is that of another journal");
        JournalCorruptException missing = assertThrows(JournalCorruptException.class, () -> {
            Files.deleteIfExists(directory.resolve(CarriedFile.NAME));
            CarriedFile.read(directory, MANIFEST);
        });
        assertTrue(String.valueOf(missing.getMessage()).contains("it is missing"), missing.getMessage());
    }

    private void assertRefused(byte[] bytes, String why) {
        JournalCorruptException refused = assertThrows(JournalCorruptException.class, () -> read(bytes));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .contains(directory.resolve(CarriedFile.NAME).toString()),
                refused.getMessage());
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
    }

    @Test
    void shouldRefuseEveryFlippedBitAndEveryLostByte() {
        byte[] bytes = new CarriedFile(JOURNAL, 61, before(61)).encode();
        for (int i = 0; i < bytes.length * 8; i++) {
            byte[] damaged = Journals.flipped(bytes.clone(), i / 8, i % 8);
            assertThrows(JournalCorruptException.class, () -> CarriedFile.decode(damaged), "bit " + i);
        }
        for (int length = 0; length < bytes.length; length++) {
            byte[] damaged = Arrays.copyOf(bytes, length);
            assertThrows(JournalCorruptException.class, () -> CarriedFile.decode(damaged), "length " + length);
        }
    }

    @Test
    void shouldRefuseRecordsThatAreNotWholeOrNotInOrder() {
        byte[] good = before(61).toBytes();
        for (int length = 1; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            if (isWhole(cut)) {
                continue;
            }
            assertThrows(IllegalArgumentException.class, () -> CarriedRecords.of(cut), "length " + length);
        }
        byte[] twice = Arrays.copyOf(good, 2 * good.length);
        System.arraycopy(good, 0, twice, good.length, good.length);
        assertThrows(IllegalArgumentException.class, () -> CarriedRecords.of(twice));
    }

    /** Whether the cut falls between two records. */
    private static boolean isWhole(byte[] cut) {
        int at = 0;
        while (at + 2 * Long.BYTES < cut.length) {
            at += Long.BYTES + RecordLayout.getInt(cut, at + Long.BYTES);
        }
        return at == cut.length;
    }
}

package dev.valora.ingest.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.GoldenEntry;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A journal whose beginning was removed, as the first version that removed any left it: entries 1 and 2 went with their file,
 * the process died with 3 in one file and 4 in the next. Pins the manifest's format 2 and what is carried.
 */
final class GoldenBeginningTest {

    private static final UUID JOURNAL = UUID.fromString("6f2a1c3e-8f4b-4a57-9d0e-1b2c3d4e5f60");
    private static final Manifest MANIFEST = new Manifest(
            JOURNAL,
            false,
            List.of(
                    new JournalFile(2, 3, 3, 70_004, GoldenEntry.ACCEPTED_MICROS + 3),
                    JournalFile.open(3, 4, GoldenEntry.ACCEPTED_MICROS + 3)),
            GoldenEntry.ACCEPTED_MICROS + 2);

    @TempDir
    Path directory;

    /** Of the golden entry, as if it were entry 1. */
    private static CarriedRecords meters() {
        MeterDirectory meters = new MeterDirectory();
        JournalEntry entry = new JournalEntry();
        byte[] bytes = GoldenEntry.entry(1, GoldenEntry.ACCEPTED_MICROS + 1);
        entry.wrap(bytes, bytes.length);
        for (int i = 0; i < entry.recordCount(); i++) {
            int offset = entry.recordAt(i);
            if (entry.recordType(offset) == RecordLayout.TYPE_METER_DEFINED) {
                meters.define(MeterRecords.decodeDefined(bytes, offset), Position.pack(1, i));
            } else if (entry.recordType(offset) == RecordLayout.TYPE_METER_ARCHIVED) {
                MeterRecords.Archived archived = MeterRecords.decodeArchived(bytes, offset);
                meters.archive(archived.organization(), archived.code(), Position.pack(1, i));
            }
        }
        return CarriedRecords.ofMeters(meters, Position.pack(3, 0));
    }

    private static byte[] kept(String name) throws IOException {
        try (InputStream in = Journals.resource("/golden/journal-v2/" + name)) {
            return HexFormat.of().parseHex(new String(in.readAllBytes(), US_ASCII).replaceAll("\\s", ""));
        }
    }

    @Test
    void shouldWriteAndReadTheManifestThatIsKept() throws IOException {
        assertArrayEquals(kept("manifest.hex"), MANIFEST.encode());
        assertEquals(MANIFEST, Manifest.decode(kept("manifest.hex")));
    }

    @Test
    void shouldWriteAndReadTheCarriedFileThatIsKept() throws IOException {
        assertArrayEquals(kept("carried.hex"), new CarriedFile(JOURNAL, 3, meters()).encode());
        CarriedFile read = CarriedFile.decode(kept("carried.hex"));
        assertEquals(JOURNAL, read.journal());
        assertEquals(3, read.firstSequence());
        assertArrayEquals(meters().toBytes(), read.records().toBytes());
    }

    @Test
    void shouldOpenTheJournalThatIsKept() throws IOException {
        Journals.unpack("/golden/journal-v2/journal.zip", directory);
        try (ChronicleJournal journal = ChronicleJournal.open(directory, Journals.SMALL)) {
            assertEquals(3, journal.firstSequence());
            assertEquals(GoldenEntry.ACCEPTED_MICROS + 2, journal.removedThroughMicros());
            List<String> positions = new ArrayList<>();
            journal.carried()
                    .forEach((bytes, offset, position) ->
                            positions.add(Position.unpack(position).toString()));
            assertEquals(List.of("1/0", "1/1", "1/5"), positions);
            assertArrayEquals(meters().toBytes(), journal.carried().toBytes());
            Journals.assertGolden(journal, 3, 4);
        }
    }
}

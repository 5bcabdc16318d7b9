package dev.valora.ingest.journal;

import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.RecordLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

/**
 * What removed journal files held that is still needed. Written before the manifest lets the files go, so it may reach further
 * than the journal's beginning when a removal was cut off: what stands behind the beginning is left out. Begins with a
 * {@link FileFrame}; numbers are little-endian.
 *
 * <pre>
 *  0 frame "VALJCARR", format 1 | 32 sequence before which all of the records stood i64 | 40 record count u32 | 44 zero u32
 * 48 records, see {@link dev.valora.ingest.PlacedRecords}
 * </pre>
 *
 * @param journal the journal's id
 * @param firstSequence everything needed that stood before this entry is among the records
 */
record CarriedFile(UUID journal, long firstSequence, CarriedRecords records) {

    static final String NAME = "carried";

    private static final FileFrame FRAME = new FileFrame("VALJCARR");
    private static final int FIRST_SEQUENCE = 32;
    private static final int RECORD_COUNT = 40;
    private static final int RECORDS = 48;
    private static final int FORMAT_1 = 1;

    byte[] encode() {
        byte[] placed = records.toBytes();
        byte[] bytes = FRAME.begin(RECORDS + placed.length, FORMAT_1, journal);
        RecordLayout.putLong(bytes, FIRST_SEQUENCE, firstSequence);
        RecordLayout.putInt(bytes, RECORD_COUNT, records.count());
        System.arraycopy(placed, 0, bytes, RECORDS, placed.length);
        return FileFrame.seal(bytes);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws JournalCorruptException when these are not such bytes
     */
    static CarriedFile decode(byte[] bytes) {
        int format = FRAME.formatOf(bytes, RECORDS);
        if (format != FORMAT_1) {
            throw FileFrame.unknown(format);
        }
        CarriedRecords records;
        try {
            records = CarriedRecords.of(Arrays.copyOfRange(bytes, RECORDS, bytes.length));
        } catch (IllegalArgumentException e) {
            throw new JournalCorruptException("it contradicts itself", e);
        }
        if (records.count() != RecordLayout.getInt(bytes, RECORD_COUNT)) {
            throw new JournalCorruptException("it does not hold as many records as it says");
        }
        return new CarriedFile(FileFrame.journalOf(bytes), RecordLayout.getLong(bytes, FIRST_SEQUENCE), records);
    }

    /**
     * What is carried over the beginning of a journal that has lost one.
     *
     * @throws JournalCorruptException when it is not there as it was written, or is another journal's, or an older one
     */
    static CarriedRecords read(Path directory, Manifest manifest) throws IOException {
        Path path = directory.resolve(NAME);
        try {
            CarriedFile file = decode(Files.readAllBytes(path));
            if (!file.journal.equals(manifest.journal())) {
                throw new JournalCorruptException("it is that of another journal");
            }
            if (file.firstSequence < manifest.firstSequence()) {
                throw new JournalCorruptException("it reaches to entry " + file.firstSequence
                        + ", but the journal begins at entry " + manifest.firstSequence());
            }
            return file.records.before(manifest.firstPosition());
        } catch (NoSuchFileException missing) {
            throw unusable(path, "it is missing", missing);
        } catch (JournalCorruptException damaged) {
            throw unusable(path, String.valueOf(damaged.getMessage()), damaged);
        }
    }

    private static JournalCorruptException unusable(Path path, String what, Exception cause) {
        return new JournalCorruptException(
                "The file " + path + ", which holds the meters of removed journal files, cannot be used: " + what
                        + ". Put it back from a copy.",
                cause);
    }
}

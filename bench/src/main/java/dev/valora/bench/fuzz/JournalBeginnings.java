package dev.valora.bench.fuzz;

import dev.valora.ingest.Aggregation;
import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.JournalBeginning.SealedFile;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Position;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.JournalRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Removes the oldest files of an open journal as retention does: what must outlive them is carried, the manifest lets them go,
 * they are deleted. Keeps copies. One thread.
 */
final class JournalBeginnings {

    /**
     * What a journal begins with.
     *
     * @param firstSequence of its oldest entry
     * @param carried records that outlived removed files
     * @param olderCarried what the file of carried records held before
     * @param removed copies of the directories of removed files, under their own names
     */
    record Beginning(long firstSequence, CarriedRecords carried, List<byte[]> olderCarried, List<Path> removed) {

        /** Nothing was removed. */
        static final Beginning WHOLE = new Beginning(1, CarriedRecords.NONE, List.of(), List.of());

        Beginning {
            olderCarried = List.copyOf(olderCarried);
            removed = List.copyOf(removed);
        }
    }

    private final Path journal;
    private final Path copies;
    private final MeterDirectory meters;
    private final List<byte[]> olderCarried = new ArrayList<>();
    private final List<Path> removed = new ArrayList<>();
    private CarriedRecords carried = CarriedRecords.NONE;

    /**
     * Nothing is removed yet.
     *
     * @param copies a directory for them, which is made
     * @param entries that will be written; meters are spread over them
     */
    JournalBeginnings(Path journal, Path copies, int entries) throws IOException {
        this.journal = journal;
        this.copies = Files.createDirectories(copies);
        this.meters = meters(entries);
    }

    /** Meters, one of them archived, each with a place of its own among the entries. */
    private static MeterDirectory meters(int entries) {
        MeterDirectory meters = new MeterDirectory();
        List<String> codes = MeterRules.CODES;
        for (int i = 0; i < codes.size(); i++) {
            MeterDefinition definition = new MeterDefinition(
                    MeterRules.ORGANIZATION, codes.get(i), Aggregation.SUM, codes.get(i), null, List.of(), 60);
            meters.define(definition, Position.pack(1L + i * entries / codes.size(), i));
        }
        meters.archive(MeterRules.ORGANIZATION, codes.getFirst(), Position.pack(2, 0));
        return meters;
    }

    /** Removes the oldest file, which must be sealed. */
    void removeOne(ChronicleJournal open) throws IOException {
        JournalRemoval removal = new JournalRemoval(open);
        SealedFile oldest = removal.sealedFiles().getFirst();
        String name = String.format(Locale.ROOT, "%010d", oldest.span().number());
        JournalCorpus.copy(journal.resolve(name), copies.resolve(name));
        removed.add(copies.resolve(name));
        if (carried.count() > 0) {
            olderCarried.add(Files.readAllBytes(journal.resolve("carried")));
        }
        long first = oldest.span().lastSequence() + 1;
        carried = CarriedRecords.ofMeters(meters, Position.pack(first, 0));
        removal.carry(carried, first);
        removal.removeThrough(oldest.span().number());
        removal.deleteOne().orElseThrow();
    }

    /** The journal's manifest as it is now. */
    byte[] manifest() throws IOException {
        return Files.readAllBytes(journal.resolve("manifest"));
    }

    /** What the journal begins with by now. */
    Beginning now(ChronicleJournal open) {
        return new Beginning(open.firstSequence(), carried, olderCarried, removed);
    }
}

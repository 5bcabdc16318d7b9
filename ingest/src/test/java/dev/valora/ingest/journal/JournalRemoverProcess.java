package dev.valora.ingest.journal;

import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.JournalBeginning.SealedFile;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Commits entries on one thread and removes the oldest files on another, as fast as both can, until it is killed. Prints each
 * sequence when its commit has returned, and {@code -n} before it begins to remove what was before entry n.
 */
final class JournalRemoverProcess {

    private static final int FILES_KEPT = 3;

    private JournalRemoverProcess() {}

    public static void main(String[] arguments) {
        PrintStream told = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        try (ChronicleJournal journal = ChronicleJournal.open(Path.of(arguments[0]), Journals.SMALL)) {
            Thread.ofPlatform().daemon(true).start(() -> remove(journal, told));
            while (true) {
                Entries.commitUpTo(journal, journal.forcedSequence() + 1);
                told.println(journal.forcedSequence());
            }
        }
    }

    private static void remove(ChronicleJournal journal, PrintStream told) {
        JournalRemoval removal = new JournalRemoval(journal);
        while (true) {
            List<SealedFile> files = removal.sealedFiles();
            if (files.size() <= FILES_KEPT) {
                Thread.onSpinWait();
                continue;
            }
            SealedFile last = files.get(files.size() - FILES_KEPT - 1);
            long first = last.span().lastSequence() + 1;
            told.println(-first);
            removal.carry(CarriedRecords.NONE, first);
            removal.removeThrough(last.span().number());
            while (removal.deleteOne().isPresent()) {
                Thread.onSpinWait();
            }
        }
    }
}

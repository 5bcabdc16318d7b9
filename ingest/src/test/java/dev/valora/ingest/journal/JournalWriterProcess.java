package dev.valora.ingest.journal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Commits entries until it is killed and prints each sequence when the commit has returned. */
final class JournalWriterProcess {

    private JournalWriterProcess() {}

    public static void main(String[] arguments) {
        PrintStream acknowledged = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        try (ChronicleJournal journal = ChronicleJournal.open(Path.of(arguments[0]), Journals.SMALL)) {
            while (true) {
                Entries.commitUpTo(journal, journal.forcedSequence() + 1);
                acknowledged.println(journal.forcedSequence());
            }
        }
    }
}

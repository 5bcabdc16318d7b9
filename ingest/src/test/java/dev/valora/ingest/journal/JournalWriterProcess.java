package dev.valora.ingest.journal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Commits entries until it is killed and prints each sequence when the commit has returned. The second argument, if any, is
 * the durability.
 */
final class JournalWriterProcess {

    private JournalWriterProcess() {}

    public static void main(String[] arguments) {
        PrintStream acknowledged = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        Durability durability = arguments.length > 1 ? Durability.valueOf(arguments[1]) : Durability.FSYNC;
        JournalOptions options = Journals.SMALL.with(DiskLimits.NONE, durability);
        try (ChronicleJournal journal = ChronicleJournal.open(Path.of(arguments[0]), options)) {
            while (true) {
                Entries.commitUpTo(journal, journal.forcedSequence() + 1);
                acknowledged.println(journal.forcedSequence());
            }
        }
    }
}

package dev.valora.config;

import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.journal.JournalInspection;
import dev.valora.ingest.keys.KeyFileCheck;
import dev.valora.ingest.keys.KeyFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Whether the key files of a data directory hold the keys of what its journal holds. One thread. */
final class KeyFilesVerification implements JournalInspection.Entries {

    private final Path directory;
    private final Identity identity;
    private final KeyFileCheck check;

    /**
     * Has seen no entry yet.
     *
     * @param directory of the key files
     * @param identity of the data directory
     */
    KeyFilesVerification(Path directory, Identity identity) {
        this.directory = directory;
        this.identity = identity;
        this.check = new KeyFileCheck(new EventHash(identity.hashSecret()));
    }

    @Override
    public void onEntry(long file, JournalEntry entry) {
        check.entry(file, entry);
    }

    /**
     * Compares and prints what was found; what is wrong goes to {@code err}.
     *
     * @param journal of the entries that were taken
     * @return false when a key file is damaged, or is not that of its journal file
     */
    boolean print(JournalInspection.Report journal, PrintWriter out, PrintWriter err) {
        KeyFiles files = new KeyFiles(directory, journal.journal(), new EventHash(identity.hashSecret()));
        List<JournalSpan> finished = journal.files().stream()
                .filter(file -> file.sealed() && file.damage() == null && file.entries() > 0)
                .map(file -> new JournalSpan(file.number(), file.firstSequence(), file.lastSequence()))
                .toList();
        int same = 0;
        boolean isRight = true;
        for (JournalSpan span : finished) {
            switch (check.compare(files, span)) {
                case KeyFileCheck.Same found -> same++;
                case KeyFileCheck.Missing none -> {
                    // A start reads the journal file instead.
                }
                case KeyFileCheck.Unusable unusable -> {
                    isRight = false;
                    err.println("The key file " + files.path(span) + " cannot be used: " + unusable.why()
                            + ". A start reads journal file " + span.number() + " instead.");
                }
                case KeyFileCheck.Different different -> {
                    isRight = false;
                    err.println(sentence(different, files.path(span), span));
                }
            }
        }
        out.printf(
                Locale.ROOT,
                "%,d of %,d intact finished files have the key file of their events%n",
                same,
                finished.size());
        return isRight;
    }

    private static String sentence(KeyFileCheck.Different different, Path file, JournalSpan span) {
        return String.format(
                Locale.ROOT,
                "The key file %s holds %,d keys, and they are not those of the %,d events in journal file %d. Stop the server"
                        + " and remove it: the next start reads that journal file, and says so if an event was accepted"
                        + " twice.",
                file,
                different.keys(),
                different.events(),
                span.number());
    }
}

package dev.valora.config;

import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.JournalSpan;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.journal.JournalInspection;
import dev.valora.ingest.journal.JournalInspection.FileReport;
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

    private KeyFilesVerification(Path dataDirectory, Identity identity) {
        this.directory = dataDirectory.resolve(DataDirectory.KEYS);
        this.identity = identity;
        this.check = new KeyFileCheck(new EventHash(identity.hashSecret()));
    }

    /** @throws StartException when it is no data directory, or its identity cannot be read */
    static KeyFilesVerification of(Path dataDirectory) throws StartException {
        Identity identity = Identity.read(dataDirectory)
                .orElseThrow(() -> new StartException(
                        ExitCode.DATA_DIRECTORY,
                        "There is no data directory in "
                                + dataDirectory.toAbsolutePath().normalize() + "."));
        return new KeyFilesVerification(dataDirectory, identity);
    }

    @Override
    public void onEntry(long file, JournalEntry entry) {
        check.entry(file, entry);
    }

    /**
     * Compares and prints what was found; what is wrong goes to {@code err}.
     *
     * @param journal of the entries that were taken
     * @return false when a key file is not the one of its journal file although a start would take it for that
     */
    boolean print(JournalInspection.Report journal, PrintWriter out, PrintWriter err) {
        KeyFiles files = new KeyFiles(directory, journal.journal(), new EventHash(identity.hashSecret()));
        List<FileReport> sealed = journal.files().stream()
                .filter(file -> file.sealed() && file.damage() == null && file.entries() > 0)
                .toList();
        int same = 0;
        boolean isRight = true;
        for (FileReport file : sealed) {
            JournalSpan span = new JournalSpan(file.number(), file.firstSequence(), file.lastSequence());
            switch (check.compare(files, span)) {
                case KeyFileCheck.Same found -> same++;
                case KeyFileCheck.Missing none -> {
                    // A start reads the journal file instead.
                }
                case KeyFileCheck.Unusable unusable ->
                    err.println("The key file of file " + file.number() + " cannot be used: " + unusable.why()
                            + ". The next start makes it anew.");
                case KeyFileCheck.Different different -> {
                    isRight = false;
                    err.printf(
                            Locale.ROOT,
                            "The key file of file %d holds %,d keys and is not that of the %,d events there. Stop the"
                                    + " server and remove the directory %s; the next start makes all of them anew.%n",
                            file.number(),
                            different.keys(),
                            different.events(),
                            directory);
                }
            }
        }
        out.printf(Locale.ROOT, "%,d of %,d finished files have the key file of their events%n", same, sealed.size());
        return isRight;
    }
}

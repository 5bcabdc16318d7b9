package dev.valora.bench.crash;

import dev.valora.ingest.journal.JournalInspection;
import dev.valora.ingest.journal.JournalInspection.FileReport;
import dev.valora.ingest.journal.JournalOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A server's journal as somebody sees it who only looks at its directory. Any thread. */
record JournalDirectory(Path path) {

    /** How far a server was when it was stopped. */
    enum State {
        /** Between two rolls. */
        WRITING,
        /** The directory of the next file is there, and the manifest does not list it yet. */
        FILE_BEGUN,
        /** The manifest lists the next file, which holds no entry yet. */
        FILE_LISTED;

        boolean isInRoll() {
            return this != WRITING;
        }
    }

    /** The number of the newest file, finished or not; 0 when there is none. */
    long newest() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d{10}"))
                    .mapToLong(Long::parseLong)
                    .max()
                    .orElse(0);
        }
    }

    /** Nobody may write meanwhile. */
    State state() throws IOException {
        FileReport listed = inspect().files().getLast();
        if (newest() > listed.number()) {
            return State.FILE_BEGUN;
        }
        return listed.entries() == 0 ? State.FILE_LISTED : State.WRITING;
    }

    /** Reads all of it. */
    JournalInspection.Report inspect() {
        return JournalInspection.run(path, JournalOptions.standard(System::nanoTime), (file, files, sequence) -> {});
    }
}

package dev.valora.config;

import dev.valora.aggregator.store.WrongJournalException;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.JournalFailedException;
import dev.valora.ingest.http.HttpStartException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;

/** What an operator is told, and what the process ends with, when a part could not start or died. */
final class Failures {

    private Failures() {}

    /**
     * The failure of a part in words.
     *
     * @param part names it, such as {@code journal}
     * @throws CancellationException when that is what was thrown: it was stopped
     */
    static StartException of(String part, Throwable thrown) {
        String said = String.valueOf(thrown.getMessage());
        return switch (thrown) {
            case StartException told -> told;
            case CancellationException stopped -> throw stopped;
            case JournalCorruptException corrupt -> new StartException(ExitCode.JOURNAL_CORRUPT, said, corrupt);
            case JournalFailedException failed ->
                new StartException(
                        ExitCode.JOURNAL_FAILED, said + "; nothing more is accepted, look at the disk.", failed);
            case WrongJournalException wrong -> new StartException(ExitCode.DATABASE, said, wrong);
            case DatabaseException refused ->
                new StartException(ExitCode.DATABASE, "PostgreSQL failed the " + part + ": " + said + ".", refused);
            case HttpStartException taken -> new StartException(ExitCode.PORT, said, taken);
            case UncheckedIOException unusable -> new StartException(ExitCode.DATA_DIRECTORY, said, unusable);
            default ->
                new StartException(
                        ExitCode.AGENT_DIED,
                        "The " + part + " died of something it does not know: " + thrown + ".",
                        thrown);
        };
    }
}

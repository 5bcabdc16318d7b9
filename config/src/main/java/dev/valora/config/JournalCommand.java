package dev.valora.config;

import dev.valora.config.settings.Setting;
import dev.valora.config.settings.Settings;
import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.journal.JournalInspection;
import dev.valora.ingest.journal.JournalInspection.FileReport;
import dev.valora.ingest.journal.JournalOptions;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Looks at the journal of {@code data_dir} without writing anything, whether or not a server runs on it. */
@Command(
        name = "journal",
        description = "Looks at the journal; nothing is written, and a server may run meanwhile.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND")
final class JournalCommand implements Runnable {

    private static final long NOTICE_NANOS = TimeUnit.SECONDS.toNanos(1);

    @ParentCommand
    private @Nullable Main main;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(commandLine(), "Say what to do with the journal: inspect or verify.");
    }

    @Command(
            name = "inspect",
            description = "Shows what each file holds: entries, accepted times, bytes, a checksum over its entries.",
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class)
    int inspect() {
        return inDataDirectory(directory -> look(directory, (file, entry) -> {}, JournalCommand::printFiles));
    }

    private static boolean printFiles(JournalInspection.Report report, PrintWriter out) {
        out.printf(Locale.ROOT, "journal %s, %s%n", report.journal(), state(report));
        printBeginning(report, out);
        out.printf(
                Locale.ROOT,
                "%6s  %-6s  %12s  %12s  %12s  %-24s  %-24s  %14s  %-8s%n",
                "file",
                "state",
                "first",
                "last",
                "entries",
                "accepted from",
                "accepted to",
                "bytes",
                "crc32c");
        for (FileReport file : report.files()) {
            out.printf(
                    Locale.ROOT,
                    "%6d  %-6s  %,12d  %,12d  %,12d  %-24s  %-24s  %,14d  %08x%n",
                    file.number(),
                    file.sealed() ? "sealed" : "open",
                    file.firstSequence(),
                    file.lastSequence(),
                    file.entries(),
                    time(file.firstAcceptedMicros()),
                    time(file.lastAcceptedMicros()),
                    file.bytes(),
                    file.crc());
        }
        return true;
    }

    @Command(
            name = "verify",
            description =
                    "Reads every entry and checks its checksum and its place, and that each key file holds the keys of"
                            + " exactly these events; ends with 13 when one does not, or is damaged.",
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class)
    int verify() {
        return inDataDirectory(directory -> {
            Optional<KeyFilesVerification> keys = keyFiles(directory);
            if (keys.isEmpty()) {
                return look(directory, (file, entry) -> {}, JournalCommand::printSum);
            }
            return look(
                    directory,
                    keys.get(),
                    (report, out) -> printSum(report, out)
                            && keys.get().print(report, out, commandLine().getErr()));
        });
    }

    /** Empty, which is said, where nobody can tell whose keys they must be: the journal can be read all the same. */
    private Optional<KeyFilesVerification> keyFiles(Path directory) {
        String why;
        try {
            Optional<Identity> identity = Identity.read(directory);
            if (identity.isPresent()) {
                return Optional.of(new KeyFilesVerification(directory.resolve(DataDirectory.KEYS), identity.get()));
            }
            why = "There is no identity in " + directory + ".";
        } catch (StartException unreadable) {
            why = unreadable.sentence();
        }
        commandLine().getErr().println("Key files are not compared with the journal. " + why);
        return Optional.empty();
    }

    private static boolean printSum(JournalInspection.Report report, PrintWriter out) {
        List<FileReport> files = report.files();
        long entries = files.stream().mapToLong(FileReport::entries).sum();
        long bytes = files.stream().mapToLong(FileReport::bytes).sum();
        out.printf(
                Locale.ROOT,
                "journal %s, %s: %,d intact entries in %,d files, %,d bytes%n",
                report.journal(),
                state(report),
                entries,
                files.size(),
                bytes);
        printBeginning(report, out);
        return true;
    }

    private static void printBeginning(JournalInspection.Report report, PrintWriter out) {
        JournalInspection.Beginning beginning = report.beginning();
        if (beginning.isRemoved()) {
            out.printf(
                    Locale.ROOT,
                    "begins at entry %,d; what was accepted until %s was removed, %,d records of it are kept%n",
                    beginning.firstSequence(),
                    time(beginning.removedThroughMicros()),
                    beginning.carried());
        }
    }

    /** Prints what was found; false when something is wrong that the report itself does not tell. */
    @FunctionalInterface
    private interface Printer {
        boolean print(JournalInspection.Report report, PrintWriter out);
    }

    /** What there is to do, if the settings say where; what the process ends with. */
    private int inDataDirectory(ToIntFunction<Path> look) {
        Optional<Settings> found = main().settings();
        if (found.isEmpty()) {
            return ExitCode.SETTINGS.number();
        }
        Settings settings = found.get();
        Logging.configure(settings.get(Setting.LOG_LEVEL));
        return look.applyAsInt(settings.get(Setting.DATA_DIR).toAbsolutePath().normalize());
    }

    private int look(Path directory, JournalInspection.Entries entries, Printer printer) {
        PrintWriter out = commandLine().getOut();
        PrintWriter err = commandLine().getErr();
        try {
            JournalInspection.Report report = JournalInspection.run(
                    directory.resolve(DataDirectory.JOURNAL),
                    JournalOptions.standard(System::nanoTime),
                    new Notices(err),
                    entries);
            boolean isRight = printer.print(report, out);
            out.flush();
            tell(report, err);
            return (isRight && report.isWhole() ? ExitCode.OK : ExitCode.JOURNAL_CORRUPT).number();
        } catch (JournalCorruptException corrupt) {
            err.println("The journal's manifest cannot be used: " + corrupt.getMessage() + ".");
            return ExitCode.JOURNAL_CORRUPT.number();
        } catch (UncheckedIOException unreadable) {
            err.println(unreadable.getMessage());
            return ExitCode.DATA_DIRECTORY.number();
        }
    }

    private static void tell(JournalInspection.Report report, PrintWriter err) {
        if (report.beginning().damage() != null) {
            err.println(report.beginning().damage());
        }
        for (FileReport file : report.files()) {
            if (file.damage() != null) {
                err.println("File " + file.number() + " is damaged. " + file.damage());
            }
        }
    }

    private static String state(JournalInspection.Report report) {
        return report.cleanStop() ? "stopped cleanly" : "in use or not stopped cleanly";
    }

    private static String time(long micros) {
        return micros == Long.MIN_VALUE
                ? "-"
                : Instant.EPOCH
                        .plus(micros, ChronoUnit.MICROS)
                        .truncatedTo(ChronoUnit.MILLIS)
                        .toString();
    }

    private Main main() {
        if (main == null) {
            throw new IllegalStateException("picocli did not set the command up");
        }
        return main;
    }

    private CommandLine commandLine() {
        if (spec == null) {
            throw new IllegalStateException("picocli did not set the command up");
        }
        return spec.commandLine();
    }

    /** A line a second for whoever waits. */
    private static final class Notices implements JournalInspection.Progress {
        private final PrintWriter err;
        private long noticedNanos = System.nanoTime();

        private Notices(PrintWriter err) {
            this.err = err;
        }

        @Override
        public void onProgress(int file, int files, long sequence) {
            if (System.nanoTime() - noticedNanos >= NOTICE_NANOS) {
                noticedNanos = System.nanoTime();
                err.printf(Locale.ROOT, "reading file %,d of %,d, entry %,d%n", file, files, sequence);
                err.flush();
            }
        }
    }
}

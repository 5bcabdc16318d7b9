package dev.valora.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.config.demo.DemoScale;
import dev.valora.config.settings.Settings;
import dev.valora.config.settings.SettingsException;
import dev.valora.config.settings.SettingsReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command line. Without a command it serves. Answers go to standard output, everything else to standard error; what the
 * process ends with is an {@link ExitCode}.
 */
@Command(
        name = "valora",
        description = "A self-hosted, deterministic billing computation engine.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "[COMMAND]",
        subcommands = JournalCommand.class,
        footer = {
            "",
            "Settings come from the file (default: valora.yaml in the working directory, when it is there)",
            "and from environment variables VALORA_<KEY>, which win over the file."
        })
public final class Main implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            scope = CommandLine.ScopeType.INHERIT,
            description = "The settings file; the environment variable VALORA_CONFIG names one too.")
    private @Nullable Path config;

    /** Runs the command line and ends the process. */
    public static void main(String[] arguments) {
        int exitCode =
                run(arguments, new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8));
        if (exitCode != ExitCode.OK.number()) {
            System.exit(exitCode);
        }
    }

    /** Runs the command line and returns what the process should end with; serving does not return. */
    static int run(String[] arguments, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Main());
        line.setOut(out).setErr(err);
        return line.execute(arguments);
    }

    /** Shown by {@code --version}. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"valora " + (version == null ? "(not packaged)" : version)};
        }
    }

    @Override
    public Integer call() {
        return serve();
    }

    @Command(
            name = "serve",
            description = "Runs the server in the foreground until it is told to stop (the default).",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int serve() {
        Optional<Settings> settings = settings();
        return settings.isEmpty() ? ExitCode.SETTINGS.number() : ServeCommand.run(settings.get(), out(), err());
    }

    @Command(
            name = "settings",
            description = "Shows the settings in force and where each comes from; secrets are masked.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int showSettings() {
        Optional<Settings> settings = settings();
        settings.ifPresent(found -> {
            out().print(found.toYaml());
            out().flush();
        });
        return settings.isEmpty() ? ExitCode.SETTINGS.number() : ExitCode.OK.number();
    }

    @Command(
            name = "demo",
            description = "Bills a month of made-up usage on a server of its own, and leaves nothing but one page.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int demo(
            @Option(
                            names = "--customers",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "How many customers there are (${DEFAULT-VALUE}).")
                    int customers,
            @Option(
                            names = "--events",
                            paramLabel = "N",
                            defaultValue = "100000",
                            description = "How many usage events they have (${DEFAULT-VALUE}).")
                    int events,
            @Option(
                            names = "--html",
                            paramLabel = "FILE",
                            description = "Where the page of one invoice is written (a new temporary file).")
                    @Nullable
                    Path html) {
        Optional<String> problem = DemoScale.problem(customers, events)
                .or(() -> Optional.ofNullable(config).map(file -> "The demo takes no settings; leave --config out."));
        if (problem.isPresent()) {
            err().println(problem.get());
            return ExitCode.SETTINGS.number();
        }
        return DemoCommand.run(new DemoScale(customers, events), Optional.ofNullable(html), out(), err());
    }

    @Command(
            name = "verify",
            description = "Computes invoices again from what they froze; ends with 18 when one is no longer the same.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int verify(
            @Option(
                            names = "--invoices",
                            required = true,
                            description = "Every invoice of every organization; a server may run meanwhile.")
                    boolean invoices) {
        Optional<Settings> settings = settings();
        return settings.isEmpty() || !invoices
                ? ExitCode.SETTINGS.number()
                : VerifyCommand.run(settings.get(), out(), err());
    }

    /** The settings in force; empty when some are not accepted, which standard error then says. */
    Optional<Settings> settings() {
        try {
            Settings settings = SettingsReader.read(Optional.ofNullable(config), System.getenv(), Path.of(""));
            settings.warnings().forEach(err()::println);
            return Optional.of(settings);
        } catch (SettingsException refused) {
            refused.problems().forEach(err()::println);
            return Optional.empty();
        }
    }

    private PrintWriter out() {
        return commandLine().getOut();
    }

    private PrintWriter err() {
        return commandLine().getErr();
    }

    private CommandLine commandLine() {
        if (spec == null) {
            throw new IllegalStateException("picocli did not set the command up");
        }
        return spec.commandLine();
    }
}

package dev.valora.bench;

import dev.valora.bench.compare.CompareCommand;
import dev.valora.bench.compare.DiskCommand;
import dev.valora.bench.compare.HalfLoadCommand;
import dev.valora.bench.crash.CrashCommand;
import dev.valora.bench.crash.PowerCutCommand;
import dev.valora.bench.fuzz.FuzzCommand;
import dev.valora.bench.invoices.InvoicesCommand;
import dev.valora.bench.jmh.JmhCommand;
import dev.valora.bench.load.LoadCommand;
import dev.valora.bench.reference.ReferenceCommand;
import dev.valora.bench.restart.RestartCommand;
import dev.valora.bench.year.YearCommand;
import java.time.InstantSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of everything that measures. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Load, reference servers and comparisons; see bench/README.md.")
public final class Bench {

    private Bench() {}

    /** Runs a command and ends with its exit status. */
    public static void main(String[] arguments) {
        InstantSource clock = InstantSource.system();
        CommandLine commands = new CommandLine(new Bench())
                .addSubcommand(new LoadCommand(clock))
                .addSubcommand(new ReferenceCommand())
                .addSubcommand(new CompareCommand(clock))
                .addSubcommand(new HalfLoadCommand(clock))
                .addSubcommand(new DiskCommand())
                .addSubcommand(new CrashCommand(clock))
                .addSubcommand(new PowerCutCommand(clock))
                .addSubcommand(new RestartCommand(clock))
                .addSubcommand(new FuzzCommand())
                .addSubcommand(new InvoicesCommand())
                .addSubcommand(new YearCommand())
                .addSubcommand(new JmhCommand());
        System.exit(commands.execute(arguments));
    }
}

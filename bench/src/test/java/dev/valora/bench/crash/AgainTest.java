package dev.valora.bench.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The line that repeats a run. */
final class AgainTest {

    private static final long SEED = -7;

    private final CrashCommand crash = new CrashCommand(InstantSource.system());
    private final PowerCutCommand powerCut = new PowerCutCommand(InstantSource.system());

    @Test
    void shouldNameTheDefaultsToo() {
        new CommandLine(crash).parseArgs();
        assertEquals(
                "seed -7; again with: bench crash --seed -7 --rounds 300 --rounds-a-directory 25", crash.again(SEED));
        new CommandLine(powerCut).parseArgs();
        assertEquals(
                "seed -7; again with: bench power-cut --seed -7 --images 10 --images-a-disk 5 --durability fsync",
                powerCut.again(SEED));
    }

    @Test
    void shouldNameEveryOption() {
        CommandLine commands = new CommandLine(crash);
        commands.parseArgs("--seed", "1", "--rounds", "2", "--rounds-a-directory", "3", "--directory", "/a b");
        expectAll(
                commands,
                "seed -7; again with: bench crash --seed -7 --rounds 2 --rounds-a-directory 3 --directory '/a b'",
                crash.again(SEED));

        commands = new CommandLine(powerCut);
        commands.parseArgs("--images", "2", "--images-a-disk", "3", "--durability", "os", "--directory", "/a b");
        expectAll(
                commands,
                "seed -7; again with: bench power-cut --seed -7 --images 2 --images-a-disk 3 --durability os"
                        + " --directory '/a b'",
                powerCut.again(SEED));
    }

    private static void expectAll(CommandLine command, String expected, String again) {
        assertEquals(expected, again);
        for (OptionSpec option : command.getCommandSpec().options()) {
            assertTrue(
                    option.usageHelp() || option.versionHelp() || again.contains(" " + option.longestName() + " "),
                    option.longestName());
        }
    }
}

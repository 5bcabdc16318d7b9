package dev.valora.config.postgres;

import dev.valora.config.ExitCode;
import dev.valora.config.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As whom PostgreSQL's programs run. PostgreSQL refuses to run as root, so a server that is root puts something before the
 * command that takes root away from the child.
 *
 * @param prefix words before the command; empty for a server that is not root
 * @param fileOwner the user that the operating system sees opening PostgreSQL's files
 */
record ChildUser(List<String> prefix, int fileOwner) {

    private static final Logger LOG = LoggerFactory.getLogger(ChildUser.class);
    private static final int PROBE_SECONDS = 10;

    /**
     * In a user namespace without a mapping the child looks like nobody to itself, and its files stay the server's own: first
     * choice. Containers often forbid that; then the child really becomes nobody.
     */
    static final List<List<String>> WAYS_DOWN = List.of(
            List.of("unshare", "-U"),
            List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"),
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
            List.of("runuser", "-u", "nobody", "--"));

    ChildUser {
        prefix = List.copyOf(prefix);
    }

    /** The first way that works on this machine. */
    static ChildUser choose(List<List<String>> waysDown) throws StartException, IOException {
        int me = Trees.ownerOf(Path.of("/proc/self"));
        if (me != 0) {
            return new ChildUser(List.of(), me);
        }
        for (List<String> way : waysDown) {
            Integer child = userIdBehind(way);
            if (child != null && child != 0) {
                boolean namespace = way.getFirst().equals("unshare");
                return new ChildUser(way, namespace ? me : child);
            }
        }
        throw new StartException(
                ExitCode.DATABASE,
                "The embedded PostgreSQL cannot run as root, and neither unshare nor setpriv nor runuser can take root away"
                        + " from it here; run Valora as another user, or set database_url to a PostgreSQL of your own.");
    }

    /** The command as this user runs it, away from the terminal: Ctrl-C there is for the server alone. */
    List<String> command(Path program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add("setsid");
        command.addAll(prefix);
        command.add(program.toString());
        command.addAll(arguments);
        return command;
    }

    /** Whether this user can enter the directory; parents may be closed to it. */
    boolean canEnter(Path directory) {
        if (prefix.isEmpty()) {
            return true;
        }
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("test", "-x", directory + "/."));
        return run(command) != null;
    }

    private static @Nullable Integer userIdBehind(List<String> way) {
        List<String> command = new ArrayList<>(way);
        command.addAll(List.of("id", "-u"));
        String output = run(command);
        return output == null || !output.strip().matches("[0-9]{1,9}") ? null : Integer.valueOf(output.strip());
    }

    /** What the command printed; null when it failed. */
    private static @Nullable String run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
            boolean ended = process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            if (ended && process.exitValue() == 0) {
                return output;
            }
            LOG.debug("{} did not work: {}", command, output.strip());
        } catch (IOException missing) {
            LOG.debug("{} cannot be run", command, missing);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return null;
    }
}

package dev.valora.bench.server;

import dev.valora.bench.server.SystemCommand.Ended;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the distribution's own commands say of a data directory whose server is stopped. */
public final class Verifying {

    private static final Duration AT_MOST = Duration.ofMinutes(10);
    private static final Pattern OF_ALL_FILES = Pattern.compile("([\\d,]+) of ([\\d,]+) intact finished files");

    private Verifying() {}

    /**
     * Reads the whole journal, and finds that every finished file has the key file of its events.
     *
     * @param environment beside {@code VALORA_DATA_DIR}
     * @throws IllegalStateException with what was said when anything is wrong
     */
    public static void journal(Path data, Map<String, String> environment) throws InterruptedException {
        String said = run(data, environment, List.of("journal", "verify"));
        Matcher files = OF_ALL_FILES.matcher(said);
        if (!files.find() || !files.group(1).equals(files.group(2))) {
            throw new IllegalStateException("not every file has its key file: " + said);
        }
    }

    /** Computes every invoice again; the same otherwise. */
    public static void invoices(Path data, Map<String, String> environment) throws InterruptedException {
        run(data, environment, List.of("verify", "--invoices"));
    }

    private static String run(Path data, Map<String, String> more, List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(Distribution.launcher().toString()));
        command.addAll(arguments);
        Map<String, String> environment = new HashMap<>(more);
        environment.put("VALORA_DATA_DIR", data.toAbsolutePath().toString());
        Ended ended = SystemCommand.run(command, environment, AT_MOST);
        String named = "valora " + String.join(" ", arguments);
        if (!ended.isWell()) {
            throw new IllegalStateException(named + " finds fault:\n" + ended.output());
        }
        String said = ended.output().strip().replace("\n", "; ");
        System.out.println(named + ": " + said);
        return said;
    }
}

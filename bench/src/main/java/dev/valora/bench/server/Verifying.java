package dev.valora.bench.server;

import dev.valora.bench.server.SystemCommand.Ended;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the distribution's own commands say of a data directory whose server is stopped. */
public final class Verifying {

    private static final Duration AT_MOST = Duration.ofMinutes(10);

    private Verifying() {}

    /**
     * Reads the whole journal and compares its key files with it.
     *
     * @param environment beside {@code VALORA_DATA_DIR}
     * @throws IllegalStateException with what was said when anything is wrong
     */
    public static void journal(Path data, Map<String, String> environment) throws InterruptedException {
        run(data, environment, List.of("journal", "verify"));
    }

    /** Computes every invoice again; the same otherwise. */
    public static void invoices(Path data, Map<String, String> environment) throws InterruptedException {
        run(data, environment, List.of("verify", "--invoices"));
    }

    private static void run(Path data, Map<String, String> more, List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(Distribution.launcher().toString()));
        command.addAll(arguments);
        Map<String, String> environment = new HashMap<>(more);
        environment.put("VALORA_DATA_DIR", data.toAbsolutePath().toString());
        Ended ended = SystemCommand.run(command, environment, AT_MOST);
        String named = "valora " + String.join(" ", arguments);
        if (!ended.isWell()) {
            throw new IllegalStateException(named + " finds fault:\n" + ended.output());
        }
        System.out.println(named + ": " + ended.output().strip().replace("\n", "; "));
    }
}

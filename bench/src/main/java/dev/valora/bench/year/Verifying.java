package dev.valora.bench.year;

import dev.valora.bench.server.Distribution;
import dev.valora.bench.server.SystemCommand;
import dev.valora.bench.server.SystemCommand.Ended;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the distribution's own commands say of a data directory whose server is stopped. */
final class Verifying {

    private static final Duration AT_MOST = Duration.ofMinutes(10);

    private Verifying() {}

    /** Reads the whole journal and computes every invoice again; throws with what was said when anything is wrong. */
    static void journalAndInvoices(Path data) throws InterruptedException {
        run(data, List.of("journal", "verify"));
        run(data, List.of("verify", "--invoices"));
    }

    private static void run(Path data, List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(Distribution.launcher().toString()));
        command.addAll(arguments);
        Map<String, String> environment =
                Map.of("VALORA_DATA_DIR", data.toAbsolutePath().toString(), "VALORA_CLOCK", "manual");
        Ended ended = SystemCommand.run(command, environment, AT_MOST);
        String named = "valora " + String.join(" ", arguments);
        if (!ended.isWell()) {
            throw new IllegalStateException(named + " finds fault:\n" + ended.output());
        }
        System.out.println(named + ": " + ended.output().lines().reduce("", (first, last) -> last));
    }
}

package dev.valora.bench.year;

import dev.valora.bench.server.Distribution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the distribution's own commands say of a data directory whose server is stopped. */
final class Verifying {

    private static final long MINUTES_MAX = 10;

    private Verifying() {}

    /** Reads the whole journal and computes every invoice again; throws with what was said when anything is wrong. */
    static void journalAndInvoices(Path data) throws IOException, InterruptedException {
        run(data, List.of("journal", "verify"));
        run(data, List.of("verify", "--invoices"));
    }

    private static void run(Path data, List<String> arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Distribution.launcher().toString()).redirectErrorStream(true);
        builder.command().addAll(arguments);
        builder.environment()
                .putAll(Map.of("VALORA_DATA_DIR", data.toAbsolutePath().toString(), "VALORA_CLOCK", "manual"));
        Process process = builder.start();
        String said;
        try (var output = process.inputReader()) {
            said = String.join("\n", output.lines().toList());
        }
        if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("valora " + String.join(" ", arguments) + " finds fault:\n" + said);
        }
        System.out.println(
                "valora " + String.join(" ", arguments) + ": " + said.lines().reduce("", (a, b) -> b));
    }
}

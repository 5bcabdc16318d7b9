package dev.valora.bench;

import dev.valora.bench.client.ApiClient;
import dev.valora.bench.server.ValoraServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The real distribution on a data directory of its own, for one test. Ends everything it started. */
final class TestServer implements AutoCloseable {

    static final String OPERATOR_KEY = "operator-key-of-the-end-to-end-tests";
    /** The data directory's name, in the directory of the test. */
    static final String DATA = "data";

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    private final ValoraServer server;

    /** Starts nothing yet. */
    TestServer(Path directory) {
        this(directory, Map.of());
    }

    /** Starts nothing yet; its clock is turned by hand and begins at this instant. */
    TestServer(Path directory, Instant clockStart) {
        this(directory, Map.of("VALORA_CLOCK", "manual", "VALORA_CLOCK_START", clockStart.toString()));
    }

    private TestServer(Path directory, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("VALORA_OPERATOR_KEY", OPERATOR_KEY);
        server = new ValoraServer(directory.resolve(DATA), all);
    }

    ValoraServer server() {
        return server;
    }

    /** A client of a new organization that has one meter, which adds values up. */
    ApiClient newOrganization(String meter) throws IOException, InterruptedException {
        try (ApiClient operator = new ApiClient(server.address(), OPERATOR_KEY, CALL_TIMEOUT)) {
            ApiClient organization =
                    new ApiClient(server.address(), operator.createOrganization("end to end"), CALL_TIMEOUT);
            organization.createMeter(meter, "sum");
            return organization;
        }
    }

    @Override
    public void close() {
        server.close();
    }
}

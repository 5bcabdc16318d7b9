package dev.valora.bench;

import dev.valora.bench.client.ApiClient;
import dev.valora.bench.server.ValoraServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The real distribution on a data directory of its own, for one test. Ends everything it started. */
final class TestServer implements AutoCloseable {

    static final String OPERATOR_KEY = "operator-key-of-the-end-to-end-tests";
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    private final ValoraServer server;

    /** Starts nothing yet. */
    TestServer(Path directory) {
        server = new ValoraServer(directory.resolve("data"), Map.of("VALORA_OPERATOR_KEY", OPERATOR_KEY));
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

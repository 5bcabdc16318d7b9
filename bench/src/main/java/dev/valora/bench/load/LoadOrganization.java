package dev.valora.bench.load;

import dev.valora.bench.client.ApiClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** An organization to send load to. */
public final class LoadOrganization {

    private LoadOrganization() {}

    /**
     * Creates it, with the meters that a plan addresses, all of them sums.
     *
     * @return its API key
     */
    public static String create(URI address, String operatorKey, int meters, Duration callTimeout)
            throws IOException, InterruptedException {
        String key;
        try (ApiClient operator = new ApiClient(address, operatorKey, callTimeout)) {
            key = operator.createOrganization("load");
        }
        try (ApiClient organization = new ApiClient(address, key, callTimeout)) {
            for (int meter = 0; meter < meters; meter++) {
                organization.createMeter(LoadPlan.meterCode(meter), "sum");
            }
        }
        return key;
    }
}

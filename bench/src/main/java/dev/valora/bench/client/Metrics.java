package dev.valora.bench.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What a server's management port says of it, in Prometheus' text format. Immutable. */
public final class Metrics {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Map<String, Double> sums;

    private Metrics(Map<String, Double> sums) {
        this.sums = Map.copyOf(sums);
    }

    /** Asks once. */
    public static Metrics read(URI management) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build()) {
            HttpRequest request = HttpRequest.newBuilder(management.resolve("/metrics"))
                    .timeout(TIMEOUT)
                    .build();
            return parse(http.send(request, BodyHandlers.ofString()).body());
        }
    }

    static Metrics parse(String text) {
        Map<String, Double> sums = new HashMap<>();
        for (String line : text.lines().toList()) {
            if (!line.startsWith("#") && !line.isBlank()) {
                int nameEnd = line.indexOf('{') < 0 ? line.indexOf(' ') : line.indexOf('{');
                String value =
                        line.substring(Math.max(nameEnd, line.indexOf('}') + 1)).strip();
                sums.merge(line.substring(0, nameEnd), Double.valueOf(value.split(" ", -1)[0]), Double::sum);
            }
        }
        return new Metrics(sums);
    }

    /**
     * The sum over all label values of one metric.
     *
     * @throws IllegalStateException when the server has no such metric
     */
    public double sum(String name) {
        Double sum = sums.get(name);
        if (sum == null) {
            throw new IllegalStateException("the server has no metric " + name);
        }
        return sum;
    }

    /** The same of a metric that counts. */
    public long count(String name) {
        return Math.round(sum(name));
    }
}

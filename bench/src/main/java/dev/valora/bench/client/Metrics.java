package dev.valora.bench.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a server's management port says of it, in Prometheus' text format. Immutable. */
public final class Metrics {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /**
     * One line.
     *
     * @param labels as they stand between the braces
     */
    private record Sample(String name, String labels, double value) {}

    private final List<Sample> samples;

    private Metrics(List<Sample> samples) {
        this.samples = List.copyOf(samples);
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
        List<Sample> samples = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (!line.startsWith("#") && !line.isBlank()) {
                int brace = line.indexOf('{');
                int nameEnd = brace < 0 ? line.indexOf(' ') : brace;
                int labelsEnd = brace < 0 ? nameEnd : line.lastIndexOf('}');
                String labels = brace < 0 ? "" : line.substring(brace + 1, labelsEnd);
                String value =
                        line.substring(brace < 0 ? nameEnd : labelsEnd + 1).strip();
                samples.add(
                        new Sample(line.substring(0, nameEnd), labels, Double.parseDouble(value.split(" ", -1)[0])));
            }
        }
        return new Metrics(samples);
    }

    /**
     * The sum over all label values of one metric that counts.
     *
     * @throws IllegalStateException when the server has no such metric
     */
    public long count(String name) {
        return count(name, "");
    }

    /**
     * The same over those label values that have one of them.
     *
     * @param label such as {@code area="heap"}
     */
    public long count(String name, String label) {
        List<Sample> found = samples.stream()
                .filter(sample -> sample.name.equals(name) && sample.labels.contains(label))
                .toList();
        if (found.isEmpty()) {
            throw new IllegalStateException("the server has no metric " + name + "{" + label + "}");
        }
        return Math.round(found.stream().mapToDouble(Sample::value).sum());
    }
}

package dev.valora.billing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A file of worked cases from other engines. Each passes as it stands, passes under a difference that is named, or is of a kind
 * that Valora does not have; the three add up to the file's count.
 *
 * @param differences cases by the rule of ours that differs
 * @param outOfScope cases by their kind
 */
public record VectorTable(int asTheyStand, Map<String, Integer> differences, Map<String, Integer> outOfScope) {

    /** What became of one case. */
    public sealed interface Outcome {

        record AsItStands() implements Outcome {}

        record UnderDifference(String name) implements Outcome {}

        record OutOfScope(String kind) implements Outcome {}

        static Outcome asItStands() {
            return new AsItStands();
        }

        static Outcome under(String difference) {
            return new UnderDifference(difference);
        }

        static Outcome outOfScope(String kind) {
            return new OutOfScope(kind);
        }
    }

    /** Runs every case of {@code vectors/<name>.json} and prints the counts. */
    public static VectorTable run(String name, Function<JsonNode, Outcome> runner) {
        JsonNode file = read(name);
        int asTheyStand = 0;
        Map<String, Integer> differences = new TreeMap<>();
        Map<String, Integer> outOfScope = new TreeMap<>();
        for (JsonNode vector : file.get("vectors")) {
            switch (told(vector, runner)) {
                case Outcome.AsItStands ignored -> asTheyStand++;
                case Outcome.UnderDifference difference -> differences.merge(difference.name(), 1, Integer::sum);
                case Outcome.OutOfScope kind -> outOfScope.merge(kind.kind(), 1, Integer::sum);
            }
        }
        VectorTable table = new VectorTable(asTheyStand, differences, outOfScope);
        System.out.println(name + ": " + asTheyStand + " as they stand; " + sum(differences) + " under differences "
                + differences + "; " + sum(outOfScope) + " out of scope " + outOfScope);
        assertEquals(file.get("count").intValue(), asTheyStand + sum(differences) + sum(outOfScope));
        return table;
    }

    /** The counts in the order of the record: as they stand, under a difference, out of scope. */
    public String counts() {
        return asTheyStand + " " + sum(differences) + " " + sum(outOfScope);
    }

    private static Outcome told(JsonNode vector, Function<JsonNode, Outcome> runner) {
        try {
            return runner.apply(vector);
        } catch (RuntimeException thrown) {
            throw new AssertionError(vector.get("id").textValue() + " threw " + thrown, thrown);
        }
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static JsonNode read(String name) {
        try (InputStream stream = VectorTable.class.getResourceAsStream("/vectors/" + name + ".json")) {
            if (stream == null) {
                throw new IOException("the vectors " + name + " are not on the class path");
            }
            return Json.read(stream.readAllBytes());
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}

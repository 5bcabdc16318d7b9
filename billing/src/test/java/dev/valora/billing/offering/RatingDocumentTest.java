package dev.valora.billing.offering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.Fraction;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.rating.AmountBounds;
import dev.valora.billing.rating.Charge;
import dev.valora.billing.rating.PriceTerms;
import dev.valora.billing.rating.Rating;
import dev.valora.billing.rating.Rounding;
import dev.valora.ingest.Json;
import dev.valora.ingest.JsonFields;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs each row of each table of {@code docs/rating.md}: versions are read as the API reads them, and rated as invoices are. */
final class RatingDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "rating.md");
    private static final String PARTS = " / ";

    /** One row under the versions above its table. */
    record Example(int lineNumber, List<PriceTerms> versions, Map<String, String> cells) {

        private String cell(String column, String otherwise) {
            return cells.getOrDefault(column, otherwise);
        }

        private int exponent() {
            return Currency.getInstance(cell("currency", "EUR")).getDefaultFractionDigits();
        }

        private Fraction share() {
            String[] days = cell("days", "1 of 1").split(" of ", -1);
            return new Fraction(Long.parseLong(days[0]), Long.parseLong(days[1]));
        }

        private List<Charge> charges(String quantities) {
            String[] parts = quantities.split(", ", -1);
            assertEquals(versions.size(), parts.length, "a quantity for each version");
            List<Rating.Part> rated = new ArrayList<>();
            for (int i = 0; i < parts.length; i++) {
                rated.add(new Rating.Part(versions.get(i).model(), new BigDecimal(parts[i])));
            }
            return Rating.rateParts(rated);
        }

        @Override
        public String toString() {
            return "line " + lineNumber + ": " + cells.get("quantity");
        }
    }

    static List<Example> examples() throws IOException {
        List<Example> examples = new ArrayList<>();
        List<PriceTerms> versions = new ArrayList<>();
        List<String> columns = List.of();
        StringBuilder json = new StringBuilder();
        boolean inJson = false;
        int lineNumber = 0;
        for (String line : Files.readAllLines(DOCUMENT)) {
            lineNumber++;
            if (line.equals("```json")) {
                if (!columns.isEmpty()) {
                    versions.clear();
                    columns = List.of();
                }
                inJson = true;
            } else if (line.equals("```")) {
                versions.add(version(json.toString()));
                json.setLength(0);
                inJson = false;
            } else if (inJson) {
                json.append(line);
            } else if (line.startsWith("| quantity")) {
                columns = cells(line);
            } else if (line.startsWith("| ")) {
                examples.add(new Example(lineNumber, List.copyOf(versions), row(columns, cells(line))));
            }
        }
        return examples;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void shouldRateAsTheDocumentSays(Example example) {
        Map<String, String> expected = new LinkedHashMap<>(example.cells());
        Map<String, String> actual = new LinkedHashMap<>();
        for (String column : expected.keySet()) {
            actual.put(column, computed(example, column));
        }
        assertEquals(expected, actual);
    }

    /** Rows that nobody reads would pass as well. */
    @Test
    void shouldHaveExamplesOfEverything() throws IOException {
        List<Example> examples = examples();
        long rows = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| quantity"))
                .count();
        assertEquals(rows, examples.size());
        assertFalse(examples.stream().anyMatch(example -> example.versions().isEmpty()));
        assertEquals(
                List.of("Flat", "Graduated", "Packages", "PerUnit", "Volume"),
                examples.stream()
                        .flatMap(example -> example.versions().stream())
                        .map(version -> version.model().getClass().getSimpleName())
                        .distinct()
                        .sorted()
                        .toList());
    }

    private static String computed(Example example, String column) {
        String quantities = example.cell("quantity", "");
        List<Charge> charges = example.charges(quantities.replaceAll(" → .*", ""));
        return switch (column) {
            case "quantity", "currency", "days" -> example.cell(column, "");
            case "steps" -> joined(charges, charge -> steps(charge)).strip();
            case "exact" -> joined(charges, charge -> PriceTermsJson.decimal(charge.amount()));
            case "line" -> joined(charges, charge -> line(example, charge));
            case "prorated line" ->
                joined(
                        charges,
                        charge -> Rounding.toMinorUnit(charge.amount(), example.share(), example.exponent())
                                .toPlainString());
            case "bound" -> bound(example, charges);
            case "late" -> late(example, quantities.split(" → ", -1));
            default -> throw new AssertionError("no column " + column);
        };
    }

    private static String bound(Example example, List<Charge> charges) {
        BigDecimal charged = sum(example, charges);
        AmountBounds bounds = example.versions().getLast().bounds();
        return bounds.topUp(charged, example.share(), example.exponent())
                .add(bounds.cut(charged, example.share(), example.exponent()))
                .setScale(example.exponent())
                .toPlainString();
    }

    private static String late(Example example, String[] cuts) {
        return sum(example, example.charges(cuts[1]))
                .subtract(sum(example, example.charges(cuts[0])))
                .toPlainString();
    }

    private static BigDecimal sum(Example example, List<Charge> charges) {
        return charges.stream()
                .map(charge -> new BigDecimal(line(example, charge)))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static String line(Example example, Charge charge) {
        return Rounding.toMinorUnit(charge.amount(), example.exponent()).toPlainString();
    }

    private static String steps(Charge charge) {
        return charge.steps().stream()
                .map(step -> step.tier() + ": " + PriceTermsJson.decimal(step.quantity()) + " × "
                        + PriceTermsJson.decimal(step.unitAmount())
                        + (step.flatAmount().signum() == 0 ? "" : " + " + PriceTermsJson.decimal(step.flatAmount())))
                .collect(Collectors.joining("; "));
    }

    private static String joined(List<Charge> charges, Function<Charge, String> shown) {
        return charges.stream().map(shown).collect(Collectors.joining(PARTS));
    }

    private static PriceTerms version(String text) {
        try {
            JsonFields fields = JsonFields.of((ObjectNode) Json.read(text.getBytes(StandardCharsets.UTF_8)));
            PriceTerms terms = VersionFields.read(fields).orElseThrow(() -> new AssertionError("refused: " + text));
            fields.check();
            return terms;
        } catch (IOException broken) {
            throw new AssertionError(text, broken);
        }
    }

    private static Map<String, String> row(List<String> columns, List<String> cells) {
        assertEquals(columns.size(), cells.size(), () -> "cells of " + cells);
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            row.put(columns.get(i), cells.get(i));
        }
        return row;
    }

    private static List<String> cells(String line) {
        return Stream.of(line.substring(1, line.length() - 1).split("\\|", -1))
                .map(String::strip)
                .collect(Collectors.toCollection(ArrayList::new));
    }
}

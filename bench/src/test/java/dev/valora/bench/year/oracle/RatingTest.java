package dev.valora.bench.year.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.valora.bench.server.Distribution;
import dev.valora.bench.year.oracle.Version.Model;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/rating.md}, run through the oracle's rating, which was written from them. */
final class RatingTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROWS_AT_LEAST = 45;
    private static final Map<String, Integer> EXPONENTS = Map.of("EUR", 2, "JPY", 0, "KWD", 3);

    @Test
    void shouldComeToTheAmountsOfTheDocument() throws IOException {
        List<String> lines = Files.readAllLines(Distribution.sourceRoot().resolve("docs/rating.md"));
        List<Version> versions = new ArrayList<>();
        boolean isTableDone = false;
        int rows = 0;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.equals("```json")) {
                if (isTableDone) {
                    versions.clear();
                    isTableDone = false;
                }
                StringBuilder json = new StringBuilder();
                for (i++; !lines.get(i).equals("```"); i++) {
                    json.append(lines.get(i));
                }
                versions.add(version(JSON.readTree(json.toString())));
            } else if (line.startsWith("| quantity")) {
                List<String> header = cells(line);
                for (i += 2; i < lines.size() && lines.get(i).startsWith("|"); i++) {
                    rows += expect(versions, header, cells(lines.get(i)));
                }
                isTableDone = true;
            }
        }
        assertTrue(rows >= ROWS_AT_LEAST, "only " + rows + " rows were found");
    }

    /** Returns how many rows were compared: those of late usage have no exact amounts. */
    private static int expect(List<Version> versions, List<String> header, List<String> cells) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < header.size(); i++) {
            row.put(header.get(i), cells.get(i));
        }
        String exact = row.get("exact");
        if (exact == null) {
            return 0;
        }
        List<Rating.Part> parts = new ArrayList<>();
        String[] quantities = String.valueOf(row.get("quantity")).split(", ", -1);
        for (int i = 0; i < quantities.length; i++) {
            parts.add(new Rating.Part(versions.get(i), new BigDecimal(quantities[i])));
        }
        List<BigDecimal> amounts = Rating.amounts(parts);
        assertEquals(decimals(exact), amounts.stream().map(RatingTest::plain).toList(), row::toString);
        expectRounded(row, versions.getLast(), amounts);
        return 1;
    }

    private static void expectRounded(Map<String, String> row, Version version, List<BigDecimal> amounts) {
        int exponent = EXPONENTS.getOrDefault(row.getOrDefault("currency", "EUR"), 2);
        String[] days = row.getOrDefault("days", "1 of 1").split(" of ", -1);
        long used = Long.parseLong(days[0]);
        long full = Long.parseLong(days[1]);
        String prorated = row.get("prorated line");
        List<String> rounded = amounts.stream()
                .map(amount -> prorated == null
                        ? Rating.rounded(amount, 1, 1, exponent)
                        : Rating.rounded(amount, used, full, exponent))
                .map(BigDecimal::toPlainString)
                .toList();
        String line = prorated == null ? String.valueOf(row.get("line")) : prorated;
        assertEquals(List.of(line.split(" / ", -1)), rounded, row::toString);
        String bound = row.get("bound");
        if (bound != null) {
            BigDecimal sum = new BigDecimal(rounded.getFirst());
            BigDecimal found =
                    UsageCharge.bound(version, sum, used, full, exponent).amount();
            assertEquals(0, new BigDecimal(bound).compareTo(found), row::toString);
        }
    }

    private static List<String> decimals(String cell) {
        return List.of(cell.split(" / ", -1)).stream()
                .map(text -> plain(new BigDecimal(text)))
                .toList();
    }

    private static String plain(BigDecimal decimal) {
        return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        String[] parts = line.split("\\|", -1);
        for (int i = 1; i < parts.length - 1; i++) {
            cells.add(parts[i].trim());
        }
        return cells;
    }

    private static Version version(JsonNode json) {
        Model model = Model.valueOf(json.required("model").textValue().toUpperCase(Locale.ROOT));
        List<Tier> tiers = new ArrayList<>();
        for (JsonNode tier : json.path("tiers")) {
            tiers.add(new Tier(
                    optional(tier, "up_to"), decimal(tier, "unit_amount", "0"), decimal(tier, "flat_amount", "0")));
        }
        String amount = switch (model) {
            case FLAT -> "amount";
            case PACKAGE -> "package_amount";
            case PER_UNIT, GRADUATED, VOLUME -> "unit_amount";
        };
        return new Version(
                LocalDate.MIN,
                model,
                decimal(json, amount, "0"),
                decimal(json, "free_units", "0"),
                decimal(json, "package_size", "1"),
                tiers,
                optional(json, "minimum_amount"),
                optional(json, "maximum_amount"));
    }

    private static BigDecimal decimal(JsonNode json, String member, String otherwise) {
        return new BigDecimal(json.path(member).asText(otherwise));
    }

    private static @Nullable BigDecimal optional(JsonNode json, String member) {
        JsonNode value = json.path(member);
        return value.isTextual() ? new BigDecimal(value.textValue()) : null;
    }
}

package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * An invoice that must be there.
 *
 * @param cycle the number of the cycle that it closes; 0 for an opening
 * @param status {@code finalized}, {@code paid} or {@code void}
 * @param lines in no order
 * @param dueToBeMade when the work that makes it came due
 */
public record Invoice(
        int cycle,
        int revision,
        Days period,
        LocalDate issued,
        LocalDate due,
        String status,
        BigDecimal total,
        List<Line> lines,
        Instant dueToBeMade) {

    /** Keeps copies. */
    public Invoice {
        lines = List.copyOf(lines);
    }

    /** What can be compared, line by line. */
    public List<String> toText() {
        List<String> all =
                new ArrayList<>(lines.stream().map(Line::toText).sorted().toList());
        all.addFirst(String.join(
                " ",
                "cycle " + cycle,
                "revision " + revision,
                period.toString(),
                "issued " + issued,
                "due " + due,
                status,
                total.toPlainString()));
        return all;
    }
}

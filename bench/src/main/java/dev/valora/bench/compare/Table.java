package dev.valora.bench.compare;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The figures as a Markdown table: median (lowest–highest) over the rounds. */
final class Table {

    private final List<Figure> figures;

    Table(List<Figure> figures) {
        this.figures = List.copyOf(figures);
    }

    String toMarkdown() {
        StringBuilder table = new StringBuilder("""
                | events a request | server | events/s | requests/s | p50 ms | p99 ms | server CPU µs/event | generator CPU µs/event | of (b) | of (p) | counted after |
                |---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
                """);
        for (int batch :
                figures.stream().mapToInt(Figure::batch).distinct().sorted().toArray()) {
            for (Candidate candidate : Candidate.values()) {
                List<Figure> cell = cell(batch, candidate);
                if (!cell.isEmpty()) {
                    table.append(row(batch, candidate, cell));
                }
            }
        }
        return table.toString();
    }

    private List<Figure> cell(int batch, Candidate candidate) {
        return figures.stream()
                .filter(figure -> figure.batch() == batch && figure.candidate() == candidate)
                .toList();
    }

    private String row(int batch, Candidate candidate, List<Figure> cell) {
        Spread events = eventsPerSecond(cell);
        return String.format(
                Locale.ROOT,
                "| %,d | %s | %,.0f (%,.0f–%,.0f) | %,.0f | %s | %s | %s | %s | %s | %s | %s |%n",
                batch,
                candidate.title(),
                events.median(),
                events.min(),
                events.max(),
                Spread.of(cell, figure -> figure.result().requestsPerSecond()).median(),
                text(cell, figure -> figure.result().latency().p50Millis()),
                text(cell, figure -> figure.result().latency().p99Millis()),
                text(cell, Figure::serverMicrosPerEvent),
                text(cell, figure -> figure.result().generatorMicrosPerEvent()),
                ratio(events, batch, candidate, Candidate.THROW_AWAY),
                ratio(events, batch, candidate, Candidate.PARSE_ONLY),
                candidate == Candidate.VALORA
                        ? text(cell, figure -> figure.settled().toMillis() / 1e3) + " s"
                        : "–");
    }

    private static Spread eventsPerSecond(List<Figure> cell) {
        return Spread.of(cell, figure -> figure.result().eventsPerSecond());
    }

    private static String text(List<Figure> cell, ToDoubleFunction<Figure> value) {
        return String.format(Locale.ROOT, "%.2f", Spread.of(cell, value).median());
    }

    private String ratio(Spread events, int batch, Candidate candidate, Candidate base) {
        List<Figure> reference = cell(batch, base);
        return candidate == base || reference.isEmpty()
                ? "–"
                : String.format(
                        Locale.ROOT,
                        "%.2f",
                        events.median() / eventsPerSecond(reference).median());
    }
}

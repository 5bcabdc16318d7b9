package dev.valora.bench.compare;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The figures as two Markdown tables, what was reached and what it cost: median (lowest–highest) over the rounds. */
final class Table {

    private final List<Figure> figures;

    Table(List<Figure> figures) {
        this.figures = List.copyOf(figures);
    }

    String toMarkdown() {
        return """
                | events a request | server | events/s | requests/s | p50 ms | p99 ms | of (b) | of (p) | of (e) | of (c) | of (d) | counted after |
                |---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
                """ + rows(this::reached) + """

                | events a request | server | server CPU µs/event | user | system | PostgreSQL µs/event | compiling | generator µs/event | events a commit | window rows/s |
                |---:|---|---:|---:|---:|---:|---:|---:|---:|---:|
                """ + rows(this::cost);
    }

    private interface Row {
        String of(int batch, Candidate candidate, List<Figure> cell);
    }

    private String rows(Row row) {
        StringBuilder rows = new StringBuilder();
        for (int batch :
                figures.stream().mapToInt(Figure::batch).distinct().sorted().toArray()) {
            for (Candidate candidate : Candidate.values()) {
                List<Figure> cell = cell(batch, candidate);
                if (!cell.isEmpty()) {
                    rows.append(row.of(batch, candidate, cell));
                }
            }
        }
        return rows.toString();
    }

    private List<Figure> cell(int batch, Candidate candidate) {
        return figures.stream()
                .filter(figure -> figure.batch() == batch && figure.candidate() == candidate)
                .toList();
    }

    private String reached(int batch, Candidate candidate, List<Figure> cell) {
        return String.format(
                Locale.ROOT,
                "| %,d | %s | %s | %,.0f | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                batch,
                candidate.title(),
                eventsPerSecond(cell).toText("%,.0f"),
                Spread.of(cell, figure -> figure.result().requestsPerSecond()).median(),
                text(cell, figure -> figure.result().latency().p50Millis()),
                text(cell, figure -> figure.result().latency().p99Millis()),
                ratio(batch, candidate, Candidate.THROW_AWAY),
                ratio(batch, candidate, Candidate.PARSE_ONLY),
                ratio(batch, candidate, Candidate.PARSE_EVENTS),
                ratio(batch, candidate, Candidate.ONE_INSERT),
                ratio(batch, candidate, Candidate.MULTI_INSERT),
                candidate == Candidate.VALORA
                        ? text(cell, figure -> figure.settled().toMillis() / 1e3) + " s"
                        : "–");
    }

    private String cost(int batch, Candidate candidate, List<Figure> cell) {
        boolean isValora = candidate == Candidate.VALORA;
        boolean hasDatabase = isValora || candidate.kind().orElseThrow().needsDatabase();
        return String.format(
                Locale.ROOT,
                "| %,d | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                batch,
                candidate.title(),
                text(cell, figure -> figure.microsPerEvent(figure.used().own().total())),
                text(cell, figure -> figure.microsPerEvent(figure.used().own().user())),
                text(cell, figure -> figure.microsPerEvent(figure.used().own().system())),
                hasDatabase
                        ? text(
                                cell,
                                figure -> figure.microsPerEvent(
                                        figure.used().children().total()))
                        : "–",
                whole(cell, Figure::compilingPercent) + " %",
                text(cell, figure -> figure.result().generatorMicrosPerEvent()),
                isValora ? whole(cell, Figure::eventsPerCommit) : "–",
                isValora ? whole(cell, Figure::windowRowsPerSecond) : "–");
    }

    private static Spread eventsPerSecond(List<Figure> cell) {
        return Spread.of(cell, figure -> figure.result().eventsPerSecond());
    }

    private static String text(List<Figure> cell, ToDoubleFunction<Figure> value) {
        return String.format(Locale.ROOT, "%.2f", Spread.of(cell, value).median());
    }

    private static String whole(List<Figure> cell, ToDoubleFunction<Figure> value) {
        return String.format(Locale.ROOT, "%,.0f", Spread.of(cell, value).median());
    }

    private String ratio(int batch, Candidate candidate, Candidate base) {
        List<Figure> reference = cell(base.comparedAt(batch), base);
        return candidate == base || reference.isEmpty()
                ? "–"
                : String.format(
                        Locale.ROOT,
                        "%.2f",
                        eventsPerSecond(cell(batch, candidate)).median()
                                / eventsPerSecond(reference).median());
    }
}

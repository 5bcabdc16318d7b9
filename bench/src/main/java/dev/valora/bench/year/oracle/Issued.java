package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** An invoice while it lives. */
final class Issued {

    private final int cycle;
    private final int revision;
    private final Days period;
    private final LocalDate issued;
    private final LocalDate due;
    private final Instant made;
    private final List<Line> lines = new ArrayList<>();
    private String status = "finalized";

    Issued(int cycle, int revision, Days period, LocalDate issued, LocalDate due, Instant made) {
        this.cycle = cycle;
        this.revision = revision;
        this.period = period;
        this.issued = issued;
        this.due = due;
        this.made = made;
    }

    int cycle() {
        return cycle;
    }

    int revision() {
        return revision;
    }

    void add(Line line) {
        lines.add(line);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** Whether it moves no money in any line; what cancels itself out does. */
    boolean isZero() {
        return lines.stream().allMatch(line -> line.amount().signum() == 0);
    }

    BigDecimal total() {
        return lines.stream().map(Line::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** A total that is not above zero is settled at once. */
    void settleIfNothingIsOwed() {
        if (total().signum() <= 0) {
            pay();
        }
    }

    void pay() {
        status = "paid";
    }

    void takeBack() {
        status = "void";
    }

    boolean isVoid() {
        return status.equals("void");
    }

    Invoice toInvoice() {
        return new Invoice(cycle, revision, period, issued, due, status, total(), lines, made);
    }
}

package dev.valora.config.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ProgressTest {

    private long nanos;
    private final StringWriter shown = new StringWriter();

    @Test
    void shouldWriteOverOneLineOnATerminal() {
        tell(true);
        assertEquals(
                List.of(
                        "",
                        "Counting …",
                        "Counting … 2 of 1,000",
                        "Counting … 3 of 1,000",
                        "Counting, 12.0 s\n",
                        "Resting …\n"),
                List.of(shown.toString().split("\r\033\\[K", -1)));
    }

    @Test
    void shouldWriteAPlainLineNowAndThenElsewhere() {
        tell(false);
        assertEquals("Counting …\nCounting … 3 of 1,000\nResting …\n", shown.toString());
    }

    private void tell(boolean isTerminal) {
        Progress progress = new Progress(new PrintWriter(shown), isTerminal, () -> nanos);
        progress.begin("Counting");
        progress.at(1, 1_000);
        nanos += TimeUnit.SECONDS.toNanos(1);
        progress.at(2, 1_000);
        nanos += TimeUnit.SECONDS.toNanos(11);
        progress.at(3, 1_000);
        progress.begin("Resting");
        progress.leave();
        progress.leave();
    }
}

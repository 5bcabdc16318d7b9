package dev.valora.bench.year.oracle;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that was asked for one subscription and that the server took. */
public sealed interface Act {

    /** When the server took it. */
    Instant at();

    /** Other items from a day on. */
    record Change(Instant at, LocalDate day, List<Wanted> items, boolean prorates) implements Act {
        /** Keeps copies. */
        public Change {
            items = List.copyOf(items);
        }
    }

    /** Where a cancellation ends it. */
    enum End {
        /** With the running period. */
        PERIOD_END,
        /** Tomorrow. */
        NOW,
        /** On a date. */
        DATE
    }

    /** The end. */
    record Cancel(Instant at, End end, @Nullable LocalDate day) implements Act {}

    /** No end. */
    record Uncancel(Instant at) implements Act {}

    /** Today costs. */
    record EndTrial(Instant at) implements Act {}

    /** An amount for the next invoice. */
    record Adjust(Instant at, BigDecimal amount) implements Act {}

    /** An invoice was paid. */
    record Pay(Instant at, int cycle, int revision) implements Act {}

    /** An invoice was taken back, and perhaps made anew. */
    record TakeBack(Instant at, int cycle, int revision, boolean reissues) implements Act {}
}

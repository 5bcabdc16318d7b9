package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.ingest.Aggregation;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.Verdict;
import java.nio.file.Path;
import java.util.List;

/** A data directory with a journal file each ten days, from the day on which the world began. */
final class TenDayFiles {

    private static final long DAY_MICROS = 86_400_000_000L;

    private final RetainedJournal.World world;
    private final Path data;
    private final long begunMicros;

    TenDayFiles(RetainedJournal.World world, Path data) {
        this.world = world;
        this.data = data;
        this.begunMicros = world.micros.get();
    }

    RetainedJournal open() {
        return new RetainedJournal(world, data);
    }

    /** Writes so many, each with one event d0, d10, … and another that has no time of its own. */
    void write(int files) {
        for (int file = 0; file < files; file++) {
            try (RetainedJournal retained = open()) {
                if (file == 0) {
                    retained.define("sum", Aggregation.SUM);
                    retained.define("old", Aggregation.SUM);
                    retained.define("peak", Aggregation.MAX);
                    retained.loop.archive(TestBatch.ORGANIZATION, "old");
                    retained.loop.doWork();
                }
                if (file == 5) {
                    retained.define("young", Aggregation.SUM);
                }
                assertEquals(List.of(Verdict.ACCEPTED, Verdict.ACCEPTED), retained.send(day(retained, 10 * file)));
            }
            world.later(10);
        }
    }

    /** What was sent on a day. */
    TestBatch day(RetainedJournal retained, int day) {
        return retained.batch().event("d" + day, "sum", 1, micros(day)).event("now" + day, "sum", 1, null);
    }

    /** When a day begins. */
    long micros(int day) {
        return begunMicros + day * DAY_MICROS;
    }
}

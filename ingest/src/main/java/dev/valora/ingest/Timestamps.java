package dev.valora.ingest;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Instants on their way to PostgreSQL's {@code timestamptz} and back, in microseconds as it keeps them. Pure. */
public final class Timestamps {

    private Timestamps() {}

    /** What the clock shows. */
    public static Instant now(WallClock clock) {
        return Instant.EPOCH.plus(clock.epochMicros(), ChronoUnit.MICROS);
    }

    /** A parameter of a statement; parts of a microsecond are dropped. */
    public static OffsetDateTime toSql(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    /** A column that is never null. */
    public static Instant read(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    /** A column that may be null. */
    public static @Nullable Instant readNullable(Row row, String column) {
        OffsetDateTime value = row.getOffsetDateTime(column);
        return value == null ? null : value.toInstant();
    }
}

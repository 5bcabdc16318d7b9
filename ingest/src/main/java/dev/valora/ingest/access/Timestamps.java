package dev.valora.ingest.access;

import dev.valora.ingest.WallClock;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Instants on their way to PostgreSQL's {@code timestamptz} and back, in microseconds as it keeps them. Pure. */
final class Timestamps {

    private Timestamps() {}

    static Instant now(WallClock clock) {
        return Instant.EPOCH.plus(clock.epochMicros(), ChronoUnit.MICROS);
    }

    static OffsetDateTime toSql(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    static Instant read(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    static @Nullable Instant readNullable(Row row, String column) {
        OffsetDateTime value = row.getOffsetDateTime(column);
        return value == null ? null : value.toInstant();
    }
}

package dev.valora.aggregator.store;

import dev.valora.aggregator.Composition;
import dev.valora.aggregator.Windows;
import dev.valora.aggregator.fold.WindowDelta;
import dev.valora.aggregator.fold.WindowKey;
import dev.valora.ingest.Database;
import dev.valora.ingest.Quantity;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** Composes deltas with the rows that are there, thousands a statement. */
final class WindowRows {

    /** Rows a statement; more gain nothing and hold more memory. */
    private static final int ROWS_A_STATEMENT = 2_500;

    private static final String UPSERT = """
            INSERT INTO usage.windows AS w (series_id, organization_id, window_start, accepted_hour,
                value, events, first_position, last_position, resets)
            SELECT series_id, organization_id, window_start, accepted_hour,
                CASE WHEN has_value THEN value END, events, first_position, last_position, resets
            FROM unnest($1::bigint[], $2::uuid[], $3::timestamptz[], $4::timestamptz[],
                $5::numeric[], $6::bigint[], $7::bigint[], $8::bigint[], $9::boolean[], $10::boolean[])
                AS d (series_id, organization_id, window_start, accepted_hour,
                    value, events, first_position, last_position, resets, has_value)
            ON CONFLICT (series_id, window_start, accepted_hour) DO UPDATE
            SET %s,
                first_position = least(w.first_position, excluded.first_position),
                last_position = greatest(w.last_position, excluded.last_position)
            """;

    private static final String ADD =
            UPSERT.formatted("value = w.value + excluded.value, events = w.events + excluded.events");

    /** A reset replaces what the hour held before; PostgreSQL's greatest leaves out what is null. */
    private static final String RAISE = UPSERT.formatted("""
            value = CASE WHEN excluded.resets THEN excluded.value ELSE greatest(w.value, excluded.value) END,
                events = CASE WHEN excluded.resets THEN excluded.events ELSE w.events + excluded.events END,
                resets = w.resets OR excluded.resets""");

    private static final String SELECT = """
            SELECT w.value, w.resets, w.first_position, w.last_position
            FROM usage.series s JOIN usage.windows w USING (series_id)
            WHERE s.organization_id = $1 AND s.meter = $2 AND s.customer = $3 AND s.dimensions_key = $5
                AND w.window_start = $4
            ORDER BY w.accepted_hour
            """;

    private WindowRows() {}

    /** @param series of each delta, in their order */
    static void write(Database.Transaction transaction, List<WindowDelta> deltas, long[] series) {
        for (Composition composition : Composition.values()) {
            int[] ofKind = IntStream.range(0, series.length)
                    .filter(i -> deltas.get(i).composition() == composition)
                    .toArray();
            for (int from = 0; from < ofKind.length; from += ROWS_A_STATEMENT) {
                int[] rows = Arrays.copyOfRange(ofKind, from, Math.min(ofKind.length, from + ROWS_A_STATEMENT));
                transaction.execute(statement(composition), parameters(deltas, series, rows));
            }
        }
    }

    /** The rows of a window, oldest acceptance hour first. */
    static List<WindowRow> read(Database.Transaction transaction, WindowKey window) {
        Tuple key = Tuple.of(
                window.organization().value(),
                window.meter(),
                window.customer(),
                timestamp(window.startMicros()),
                DimensionsKey.of(window.dimensions()));
        List<WindowRow> rows = new ArrayList<>();
        for (Row row : transaction.execute(SELECT, key)) {
            BigDecimal value = row.getBigDecimal("value");
            rows.add(new WindowRow(
                    value == null ? null : new Quantity(value),
                    row.getBoolean("resets"),
                    row.getLong("first_position"),
                    row.getLong("last_position")));
        }
        return rows;
    }

    private static String statement(Composition composition) {
        return switch (composition) {
            case ADD -> ADD;
            case GREATEST -> RAISE;
        };
    }

    /** @param rows which of the deltas */
    private static Tuple parameters(List<WindowDelta> deltas, long[] series, int[] rows) {
        int size = rows.length;
        Long[] seriesId = new Long[size];
        UUID[] organization = new UUID[size];
        OffsetDateTime[] windowStart = new OffsetDateTime[size];
        OffsetDateTime[] acceptedHour = new OffsetDateTime[size];
        // Of its own, because the driver does not encode an array of numerics with a null in it.
        Boolean[] hasValue = new Boolean[size];
        BigDecimal[] value = new BigDecimal[size];
        Long[] events = new Long[size];
        Long[] firstPosition = new Long[size];
        Long[] lastPosition = new Long[size];
        Boolean[] resets = new Boolean[size];
        for (int i = 0; i < size; i++) {
            WindowDelta row = deltas.get(rows[i]);
            seriesId[i] = series[rows[i]];
            organization[i] = row.organization().value();
            windowStart[i] = timestamp(row.windowStartMicros());
            acceptedHour[i] = timestamp(row.acceptedHourMicros());
            Quantity quantity = row.value();
            value[i] = quantity == null ? BigDecimal.ZERO : quantity.value();
            hasValue[i] = quantity != null;
            events[i] = row.events();
            firstPosition[i] = row.firstPosition();
            lastPosition[i] = row.lastPosition();
            resets[i] = row.resets();
        }
        return Tuple.tuple()
                .addArrayOfLong(seriesId)
                .addArrayOfUUID(organization)
                .addArrayOfOffsetDateTime(windowStart)
                .addArrayOfOffsetDateTime(acceptedHour)
                .addArrayOfBigDecimal(value)
                .addArrayOfLong(events)
                .addArrayOfLong(firstPosition)
                .addArrayOfLong(lastPosition)
                .addArrayOfBoolean(resets)
                .addArrayOfBoolean(hasValue);
    }

    static OffsetDateTime timestamp(long micros) {
        return Windows.instant(micros).atOffset(ZoneOffset.UTC);
    }
}

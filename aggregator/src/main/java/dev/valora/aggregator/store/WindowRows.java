package dev.valora.aggregator.store;

import dev.valora.aggregator.Composition;
import dev.valora.aggregator.Windows;
import dev.valora.aggregator.fold.WindowDelta;
import dev.valora.aggregator.fold.WindowKey;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.Quantity;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;

/** Composes deltas with the rows that are there, thousands a statement. */
final class WindowRows {

    /** Rows a statement; more gain nothing and hold more memory. */
    private static final int ROWS_A_STATEMENT = 2_500;

    private static final String UPSERT = """
            INSERT INTO usage.windows AS w (organization_id, meter, customer, window_start, accepted_hour,
                dimensions_key, dimensions, value, events, first_position, last_position, resets)
            SELECT organization_id, meter, customer, window_start, accepted_hour,
                dimensions_key, dimensions::jsonb, CASE WHEN has_value THEN value END, events,
                first_position, last_position, resets
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[],
                $6::uuid[], $7::text[], $8::numeric[], $9::bigint[], $10::bigint[], $11::bigint[], $12::boolean[], $13::boolean[])
                AS d (organization_id, meter, customer, window_start, accepted_hour,
                    dimensions_key, dimensions, value, events, first_position, last_position, resets, has_value)
            ON CONFLICT (organization_id, meter, customer, window_start, accepted_hour, dimensions_key) DO UPDATE
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
            SELECT value, resets, first_position, last_position FROM usage.windows
            WHERE organization_id = $1 AND meter = $2 AND customer = $3 AND window_start = $4 AND dimensions_key = $5
            ORDER BY accepted_hour
            """;

    private WindowRows() {}

    static void write(Database.Transaction transaction, List<WindowDelta> deltas) {
        for (Composition composition : Composition.values()) {
            List<WindowDelta> ofKind = deltas.stream()
                    .filter(delta -> delta.composition() == composition)
                    .toList();
            for (int from = 0; from < ofKind.size(); from += ROWS_A_STATEMENT) {
                List<WindowDelta> rows = ofKind.subList(from, Math.min(ofKind.size(), from + ROWS_A_STATEMENT));
                transaction.execute(statement(composition), parameters(rows));
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

    private static Tuple parameters(List<WindowDelta> rows) {
        int size = rows.size();
        UUID[] organization = new UUID[size];
        String[] meter = new String[size];
        String[] customer = new String[size];
        OffsetDateTime[] windowStart = new OffsetDateTime[size];
        OffsetDateTime[] acceptedHour = new OffsetDateTime[size];
        UUID[] dimensionsKey = new UUID[size];
        String[] dimensions = new String[size];
        // Of its own, because the driver does not encode an array of numerics with a null in it.
        Boolean[] hasValue = new Boolean[size];
        BigDecimal[] value = new BigDecimal[size];
        Long[] events = new Long[size];
        Long[] firstPosition = new Long[size];
        Long[] lastPosition = new Long[size];
        Boolean[] resets = new Boolean[size];
        for (int i = 0; i < size; i++) {
            WindowDelta row = rows.get(i);
            organization[i] = row.organization().value();
            meter[i] = row.meter();
            customer[i] = row.customer();
            windowStart[i] = timestamp(row.windowStartMicros());
            acceptedHour[i] = timestamp(row.acceptedHourMicros());
            dimensionsKey[i] = DimensionsKey.of(row.dimensions());
            dimensions[i] = json(row.dimensions());
            Quantity quantity = row.value();
            value[i] = quantity == null ? BigDecimal.ZERO : quantity.value();
            hasValue[i] = quantity != null;
            events[i] = row.events();
            firstPosition[i] = row.firstPosition();
            lastPosition[i] = row.lastPosition();
            resets[i] = row.resets();
        }
        return Tuple.of(
                organization,
                meter,
                customer,
                windowStart,
                acceptedHour,
                dimensionsKey,
                dimensions,
                value,
                events,
                firstPosition,
                lastPosition,
                resets,
                hasValue);
    }

    static OffsetDateTime timestamp(long micros) {
        return Windows.instant(micros).atOffset(ZoneOffset.UTC);
    }

    private static String json(SortedMap<String, String> dimensions) {
        if (dimensions.isEmpty()) {
            return "{}";
        }
        var object = Json.object();
        dimensions.forEach(object::put);
        return new String(Json.bytes(object), StandardCharsets.UTF_8);
    }
}

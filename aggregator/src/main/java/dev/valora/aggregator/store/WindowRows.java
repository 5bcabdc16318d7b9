package dev.valora.aggregator.store;

import dev.valora.aggregator.Composition;
import dev.valora.aggregator.Windows;
import dev.valora.aggregator.fold.WindowDelta;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;

/** Composes deltas with the rows that are there, thousands a statement. */
final class WindowRows {

    /** Rows a statement; more gain nothing and hold more memory. */
    private static final int ROWS_A_STATEMENT = 2_500;

    private static final String UPSERT = """
            INSERT INTO usage.windows AS w (organization_id, meter, customer, window_start, accepted_hour,
                dimensions_key, dimensions, value, events, first_position, last_position)
            SELECT organization_id, meter, customer, window_start, accepted_hour,
                dimensions_key, dimensions::jsonb, value, events, first_position, last_position
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[],
                $6::uuid[], $7::text[], $8::numeric[], $9::bigint[], $10::bigint[], $11::bigint[])
                AS d (organization_id, meter, customer, window_start, accepted_hour,
                    dimensions_key, dimensions, value, events, first_position, last_position)
            ON CONFLICT (organization_id, meter, customer, window_start, accepted_hour, dimensions_key) DO UPDATE
            SET value = %s,
                events = w.events + excluded.events,
                first_position = least(w.first_position, excluded.first_position),
                last_position = greatest(w.last_position, excluded.last_position)
            """;

    private static final String ADD = UPSERT.formatted("w.value + excluded.value");
    private static final String RAISE = UPSERT.formatted("greatest(w.value, excluded.value)");

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
        BigDecimal[] value = new BigDecimal[size];
        Long[] events = new Long[size];
        Long[] firstPosition = new Long[size];
        Long[] lastPosition = new Long[size];
        for (int i = 0; i < size; i++) {
            WindowDelta row = rows.get(i);
            organization[i] = row.organization().value();
            meter[i] = row.meter();
            customer[i] = row.customer();
            windowStart[i] = timestamp(row.windowStartMicros());
            acceptedHour[i] = timestamp(row.acceptedHourMicros());
            dimensionsKey[i] = DimensionsKey.of(row.dimensions());
            dimensions[i] = json(row.dimensions());
            value[i] = row.value().value();
            events[i] = row.events();
            firstPosition[i] = row.firstPosition();
            lastPosition[i] = row.lastPosition();
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
                lastPosition);
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

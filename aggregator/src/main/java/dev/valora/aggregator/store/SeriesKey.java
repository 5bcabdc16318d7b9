package dev.valora.aggregator.store;

import dev.valora.aggregator.fold.WindowDelta;
import io.vertx.sqlclient.Row;
import java.util.UUID;

/** What a series is of. Customers and meters are the caller's own names. */
record SeriesKey(UUID organization, String meter, String customer, UUID dimensions) {

    static SeriesKey of(WindowDelta delta) {
        return new SeriesKey(
                delta.organization().value(), delta.meter(), delta.customer(), DimensionsKey.of(delta.dimensions()));
    }

    static SeriesKey of(Row row) {
        return new SeriesKey(
                row.getUUID("organization_id"),
                row.getString("meter"),
                row.getString("customer"),
                row.getUUID("dimensions_key"));
    }
}

package dev.valora.aggregator.store;

import dev.valora.aggregator.fold.WindowDelta;
import java.util.UUID;

/** What a series is of. Customers and meters are the caller's own names. */
record SeriesKey(UUID organization, String meter, String customer, UUID dimensions) {

    static SeriesKey of(WindowDelta delta) {
        return new SeriesKey(
                delta.organization().value(), delta.meter(), delta.customer(), DimensionsKey.of(delta.dimensions()));
    }
}

package dev.valora.billing.invoice;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.catalog.Price;
import java.util.IdentityHashMap;

/**
 * The canonical text of prices, made once for each: invoices of one batch share theirs, and prices are about half of their terms. As
 * large as the prices that it is asked for. One thread.
 */
public final class WrittenPrices {

    private final IdentityHashMap<Price, JsonNode> written = new IdentityHashMap<>();

    JsonNode of(Price price) {
        return written.computeIfAbsent(price, first -> CanonicalJson.written(PriceJson.write(first)));
    }
}

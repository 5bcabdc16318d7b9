package dev.valora.config.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * One usage event that was made up.
 *
 * @param number from 0; what its idempotency key is made of
 * @param customer index, from 0
 * @param isStorage a level in GB for the meter of storage, otherwise a number of API calls
 */
record UsageEvent(int number, int customer, boolean isStorage, BigDecimal value, Instant timestamp) {

    /** As it is sent; the same each time. */
    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("idempotency_key", "demo-" + number)
                .put("customer", Customers.key(customer))
                .put("meter", isStorage ? HybridPlan.STORAGE : HybridPlan.API_CALLS)
                .put("value", value.toPlainString())
                .put("timestamp", timestamp.toString());
    }
}

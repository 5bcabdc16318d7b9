package dev.valora.bench.invoices;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A usage event of a meter.
 *
 * @param key its idempotency key
 * @param customer the key of the customer
 * @param value a decimal
 */
public record Used(String key, String customer, String meter, String value, Instant at) {

    Map<String, String> toJson() {
        Map<String, String> json = new LinkedHashMap<>();
        json.put("idempotency_key", key);
        json.put("customer", customer);
        json.put("meter", meter);
        json.put("value", value);
        json.put("timestamp", at.toString());
        return json;
    }
}

package dev.valora.billing.offering;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.JsonColumn;
import dev.valora.ingest.Json;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Prices that are sold together, and a trial.
 *
 * @param prices codes; a subscription to the plan has one item for each
 * @param trialDays unless the subscription says otherwise; 0 for none
 * @param metadata in the order of names
 * @param archivedAt null while it takes new subscriptions
 */
public record Plan(
        String code,
        String name,
        List<String> prices,
        int trialDays,
        Map<String, String> metadata,
        Instant createdAt,
        @Nullable Instant archivedAt) {

    static final String COLUMNS =
            "code, created_order, name, prices, trial_days, metadata::text, created_at, archived_at";

    /** Days of the longest trial: two years. */
    public static final int TRIAL_DAYS_MAX = 730;

    public Plan {
        prices = List.copyOf(prices);
        metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    }

    static Plan ofRow(Row row) {
        return new Plan(
                row.getString("code"),
                row.getString("name"),
                List.of(row.getArrayOfStrings("prices")),
                row.getInteger("trial_days"),
                JsonColumn.readTexts(row, "metadata"),
                Timestamps.read(row, "created_at"),
                Timestamps.readNullable(row, "archived_at"));
    }

    Plan archived(Instant at) {
        return new Plan(code, name, prices, trialDays, metadata, createdAt, archivedAt == null ? at : archivedAt);
    }

    String target() {
        return "plan:" + code;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object().put("code", code).put("name", name);
        ArrayNode codes = json.putArray("prices");
        prices.forEach(codes::add);
        json.put("trial_days", trialDays);
        json.set("metadata", JsonColumn.toJson(metadata));
        return Offering.putLife(json, createdAt, archivedAt);
    }
}

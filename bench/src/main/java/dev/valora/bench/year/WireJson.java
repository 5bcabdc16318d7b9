package dev.valora.bench.year;

import dev.valora.bench.year.oracle.Interval;
import dev.valora.bench.year.oracle.Price;
import dev.valora.bench.year.oracle.Tier;
import dev.valora.bench.year.oracle.Usage;
import dev.valora.bench.year.oracle.Version;
import dev.valora.bench.year.oracle.Wanted;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the oracle knows, in the words of the wire. */
final class WireJson {

    private WireJson() {}

    static Map<String, Object> price(Price price, String product) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("code", price.code());
        json.put("product", product);
        json.put("type", price.meter() == null ? "recurring" : "usage");
        if (price.meter() != null) {
            json.put("meter", price.meter().code());
        } else {
            json.put("timing", price.inArrears() ? "arrears" : "advance");
        }
        if (!price.filter().isEmpty()) {
            json.put("filter", price.filter());
        }
        json.put("interval", unit(price.interval()));
        json.put("interval_count", price.interval().count());
        json.put("version", version(price.versions().getFirst()));
        return json;
    }

    static Map<String, Object> bundle(Bundle bundle) {
        return Map.of(
                "code", bundle.code(),
                "name", bundle.code(),
                "prices", bundle.items().stream().map(Wanted::price).toList(),
                "trial_days", bundle.trialDays());
    }

    /** What is bought: a plan's code, or items. */
    static void put(Map<String, Object> body, @Nullable Bundle bundle, List<Wanted> items, Map<String, Price> prices) {
        if (bundle == null) {
            body.put("items", items(items, prices));
        } else {
            body.put("plan", bundle.code());
        }
    }

    private static String unit(Interval interval) {
        return interval.unit().name().toLowerCase(Locale.ROOT);
    }

    static Map<String, Object> version(Version version) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!version.from().equals(LocalDate.MIN)) {
            json.put("effective_from", version.from().toString());
        }
        json.put("model", version.model().name().toLowerCase(Locale.ROOT));
        switch (version.model()) {
            case FLAT -> json.put("amount", version.amount().toPlainString());
            case PER_UNIT -> {
                json.put("unit_amount", version.amount().toPlainString());
                json.put("free_units", version.free().toPlainString());
            }
            case PACKAGE -> {
                json.put("package_amount", version.amount().toPlainString());
                json.put("package_size", version.packageSize().toPlainString());
                json.put("free_units", version.free().toPlainString());
            }
            case GRADUATED, VOLUME -> json.put("tiers", tiers(version));
        }
        if (version.minimum() != null) {
            json.put("minimum_amount", version.minimum().toPlainString());
        }
        if (version.maximum() != null) {
            json.put("maximum_amount", version.maximum().toPlainString());
        }
        return json;
    }

    private static List<Map<String, Object>> tiers(Version version) {
        List<Map<String, Object>> tiers = new ArrayList<>();
        for (Tier tier : version.tiers()) {
            Map<String, Object> json = new LinkedHashMap<>();
            if (tier.upTo() != null) {
                json.put("up_to", tier.upTo().toPlainString());
            }
            json.put("unit_amount", tier.unitAmount().toPlainString());
            json.put("flat_amount", tier.flatAmount().toPlainString());
            tiers.add(json);
        }
        return tiers;
    }

    /** Items; the quantity of usage is not told. */
    static List<Map<String, Object>> items(List<Wanted> wanted, Map<String, Price> prices) {
        List<Map<String, Object>> items = new ArrayList<>();
        for (Wanted one : wanted) {
            Map<String, Object> item = new LinkedHashMap<>();
            item.put("price", one.price());
            Price price = prices.get(one.price());
            if (price != null && price.meter() == null) {
                item.put("quantity", one.quantity().toPlainString());
            }
            items.add(item);
        }
        return items;
    }

    static Map<String, Object> event(Usage usage) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("idempotency_key", usage.key());
        json.put("customer", usage.customer());
        json.put("meter", usage.meter());
        json.put("value", usage.value().toPlainString());
        json.put("timestamp", usage.at().toString());
        json.put("properties", usage.properties());
        return json;
    }
}

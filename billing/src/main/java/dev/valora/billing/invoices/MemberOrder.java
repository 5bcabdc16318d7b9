package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The canonical form has members in the order of their names; this puts them back as the HTTP contract writes lines. Pure. */
final class MemberOrder {

    private static final String DIMENSIONS = "dimensions";

    private static final List<String> CONTRACT = List.of(
            "id",
            "kind",
            "description",
            "item",
            "price",
            "price_version",
            "cycle",
            "service_period",
            "start",
            "end",
            "tier",
            "quantity",
            "unit_amount",
            "flat_amount",
            "amount",
            "proration",
            "days",
            "of",
            DIMENSIONS,
            "details");

    private static final Comparator<String> AS_IN_CONTRACT = Comparator.comparingInt((String name) -> {
                int place = CONTRACT.indexOf(name);
                return place < 0 ? CONTRACT.size() : place;
            })
            .thenComparing(Comparator.naturalOrder());

    private MemberOrder() {}

    /** The same value; dimensions and members that the contract does not name come in the order of their names. */
    static JsonNode ofContract(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode ordered = Json.object();
                for (String name : sorted(object, AS_IN_CONTRACT)) {
                    JsonNode value = object.get(name);
                    ordered.set(
                            name,
                            name.equals(DIMENSIONS) && value instanceof ObjectNode dimensions
                                    ? byName(dimensions)
                                    : ofContract(value));
                }
                yield ordered;
            }
            case ArrayNode array -> {
                ArrayNode ordered = Json.array();
                array.forEach(element -> ordered.add(ofContract(element)));
                yield ordered;
            }
            default -> node;
        };
    }

    private static ObjectNode byName(ObjectNode object) {
        ObjectNode ordered = Json.object();
        sorted(object, Comparator.naturalOrder()).forEach(name -> ordered.set(name, object.get(name)));
        return ordered;
    }

    private static List<String> sorted(ObjectNode object, Comparator<String> order) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        names.sort(order);
        return names;
    }
}

package dev.valora.billing.contract;

import dev.valora.ingest.JsonFields;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The plan or the items that a request names. Pure; problems go to the fields.
 *
 * @param plan null when items were sent
 * @param items empty when a plan was sent
 */
record SentItems(@Nullable String plan, List<ItemFields> items) {

    /** Items of one subscription that live at once. */
    static final int ITEMS = 50;

    private static final int DIGITS_BEFORE_POINT = 18;
    private static final int DIGITS_AFTER_POINT = 12;

    /** One item as it was sent, with its fields for what is found out later. */
    record ItemFields(JsonFields fields, String price, BigDecimal quantity) {

        private static ItemFields read(JsonFields fields) {
            String price = fields.requiredCode("price");
            BigDecimal quantity = fields.decimal("quantity", DIGITS_BEFORE_POINT, DIGITS_AFTER_POINT)
                    .orElse(BigDecimal.ONE);
            if (quantity.signum() < 0) {
                fields.problem("quantity", "out_of_range", "It must not be negative.");
            }
            return new ItemFields(fields, price, quantity);
        }
    }

    SentItems {
        items = List.copyOf(items);
    }

    /** Either a plan or items must be there. */
    static SentItems read(JsonFields fields) {
        Optional<String> plan = fields.optionalCode("plan");
        List<JsonFields> sent = fields.has("items") ? fields.requiredObjects("items", ITEMS) : List.of();
        if (fields.has("plan") == fields.has("items")) {
            fields.problem("items", "plan_or_items", "Send either plan or items.");
        }
        return new SentItems(
                plan.orElse(null), sent.stream().map(ItemFields::read).toList());
    }

    /** The member that a problem with all items together belongs to. */
    String member() {
        return plan == null ? "items" : "plan";
    }
}

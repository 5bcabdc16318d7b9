package dev.valora.billing.subscription;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What becomes of a subscription's items when something else is arranged. Pure.
 *
 * @param changed items whose days are others
 * @param added items that begin
 */
public record ItemChange(List<Item> changed, List<Item> added) {

    public ItemChange {
        changed = List.copyOf(changed);
        added = List.copyOf(added);
    }

    /** Items stay as they are. */
    public static ItemChange none() {
        return new ItemChange(List.of(), List.of());
    }

    /**
     * What is different between the items that there are and those that are arranged. One that is not arranged any more ends before
     * it begins, and is not charged.
     */
    public static ItemChange between(List<Item> before, List<Item> arranged) {
        Map<UUID, Item> missing = new LinkedHashMap<>();
        arranged.forEach(item -> missing.put(item.id(), item));
        List<Item> changed = new ArrayList<>();
        for (Item item : before) {
            Item found = missing.remove(item.id());
            Item after = found == null ? item.neverBeginning() : found;
            if (!after.equals(item)) {
                changed.add(after);
            }
        }
        return new ItemChange(changed, List.copyOf(missing.values()));
    }

    /** The items afterwards, in the order in which they were bought. */
    public List<Item> applyTo(List<Item> items) {
        List<Item> all = new ArrayList<>();
        for (Item item : items) {
            all.add(changed.stream()
                    .filter(other -> other.id().equals(item.id()))
                    .findFirst()
                    .orElse(item));
        }
        all.addAll(added);
        return all;
    }
}

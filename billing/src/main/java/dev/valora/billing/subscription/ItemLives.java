package dev.valora.billing.subscription;

import dev.valora.billing.subscription.Arrangement.Wanted;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The items of one subscription while its arrangements are gone through in the order of their days. One thread.
 *
 * <p>With proration an item is charged on the days on which it lives. Without, what ends is charged to the end of the period and
 * what took its place from there on; so whoever drops, with proration and before that end, all that took its place, drops it too.
 */
final class ItemLives {

    private final Map<UUID, Item> items = new LinkedHashMap<>();

    /** Of what has ended and is charged on: the living items that took its place. What nothing took the place of is missing. */
    private final Map<UUID, Set<UUID>> successors = new HashMap<>();

    List<Item> items() {
        return List.copyOf(items.values());
    }

    /**
     * What lives from a day on, which is not before the days of those that were gone through.
     *
     * @param chargedFrom from which on what begins is charged, and until which what ends is; not before the day
     */
    void arrange(Arrangement next, LocalDate chargedFrom) {
        List<Item> ended = items.values().stream()
                .filter(item -> item.end() == null && !next.has(item.id()))
                .toList();
        List<Item> begun = next.items().stream()
                .filter(wanted -> !items.containsKey(wanted.id()))
                .map(wanted -> begun(wanted, next.day(), chargedFrom))
                .toList();
        begun.forEach(item -> items.put(item.id(), item));
        ended.forEach(item -> items.put(item.id(), item.ending(next.day(), chargedFrom)));
        successors.keySet().removeIf(id -> !isChargedAfter(id, next.day()));
        if (chargedFrom.equals(next.day())) {
            cutWithSuccessors(ended, next.day());
        } else {
            passOn(ended, begun);
        }
    }

    /** Whether an item that has ended is still charged; if not, nobody holds its place any more. */
    private boolean isChargedAfter(UUID id, LocalDate day) {
        Item item = items.get(id);
        return item != null
                && item.chargedUntil() != null
                && item.chargedUntil().isAfter(day);
    }

    private static Item begun(Wanted wanted, LocalDate day, LocalDate chargedFrom) {
        return new Item(wanted.id(), wanted.price(), wanted.quantity(), day, null, chargedFrom, null);
    }

    /** Without proration what ends leaves its place to what begins, and with it the places that it had taken itself. */
    private void passOn(List<Item> ended, List<Item> begun) {
        Map<UUID, Set<UUID>> next = new HashMap<>();
        ended.forEach(item -> next.put(item.id(), successors(item, ended, begun)));
        successors.replaceAll((id, known) -> {
            Set<UUID> passed = new HashSet<>();
            known.forEach(successor -> passed.addAll(next.getOrDefault(successor, Set.of(successor))));
            return passed;
        });
        successors.putAll(next);
        successors.values().removeIf(Set::isEmpty);
    }

    /** What takes the place of an item: the same price in another quantity; else the prices that replaced other prices. */
    private static Set<UUID> successors(Item item, List<Item> ended, List<Item> begun) {
        List<Item> found = begun.stream()
                .filter(other -> other.price().equals(item.price()))
                .toList();
        if (found.isEmpty()) {
            found = begun.stream()
                    .filter(other ->
                            ended.stream().noneMatch(gone -> gone.price().equals(other.price())))
                    .toList();
        }
        Set<UUID> ids = new HashSet<>();
        found.forEach(other -> ids.add(other.id()));
        return ids;
    }

    /** With proration what waits for the end of the period to be charged is not, nor is what would be charged until then. */
    private void cutWithSuccessors(List<Item> ended, LocalDate day) {
        Set<UUID> gone = new HashSet<>();
        ended.forEach(item -> gone.add(item.id()));
        for (Map.Entry<UUID, Set<UUID>> place : new ArrayList<>(successors.entrySet())) {
            place.getValue().removeAll(gone);
            if (place.getValue().isEmpty()) {
                successors.remove(place.getKey());
                items.computeIfPresent(place.getKey(), (id, item) -> item.chargedAtMostUntil(day));
            }
        }
    }

    /** Another interval begins: what has ended is charged no longer than until then. */
    void endPeriod(LocalDate day) {
        successors.clear();
        items.replaceAll((id, item) -> item.end() == null ? item : item.chargedAtMostUntil(day));
    }
}

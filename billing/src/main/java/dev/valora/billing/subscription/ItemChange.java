package dev.valora.billing.subscription;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a subscription's items when it has others from a day on. Pure.
 *
 * @param changed items that end, or that are kept though they were to end
 * @param added items that begin
 */
public record ItemChange(List<Item> changed, List<Item> added) {

    /**
     * An item that is wanted.
     *
     * @param id that it gets if it has to be new
     */
    public record Wanted(UUID id, String price, BigDecimal quantity) {}

    /**
     * When a change takes effect.
     *
     * @param day from which on others live
     * @param chargedFrom from which on they are charged: the day, or without proration the end of its period
     * @param anotherInterval whether other periods begin on the day, so that nothing that ended is charged beyond it
     */
    public record Effect(LocalDate day, LocalDate chargedFrom, boolean anotherInterval) {}

    public ItemChange {
        changed = List.copyOf(changed);
        added = List.copyOf(added);
    }

    /** Items stay as they are. */
    public static ItemChange none() {
        return new ItemChange(List.of(), List.of());
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

    /**
     * Compares what there is with what is wanted from a day on. An item whose price and quantity are wanted is kept as it is, so
     * that its tiers and free units go on, also where it was to end on that day or later. What was to begin later does not, and
     * is not charged; what ended before and was to be charged less by a change of a later day is charged as was arranged before.
     */
    public static ItemChange of(List<Item> before, List<Wanted> wanted, Effect effect) {
        List<Item> items = before.stream()
                .map(item -> arranged(item, before, effect.day()))
                .toList();
        List<Wanted> missing = new ArrayList<>(wanted);
        List<Item> going = new ArrayList<>();
        for (Item item : items) {
            if (canGoOn(item, effect.day()) && take(missing, item)) {
                going.add(item);
            }
        }
        List<Item> changed = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            if (going.contains(item)) {
                Item endless = new Item(
                        item.id(), item.price(), item.quantity(), item.start(), null, item.chargedFrom(), null);
                addIfDifferent(changed, before.get(i), endless);
            } else {
                boolean settled = isSettled(item, items, going, effect);
                addIfDifferent(changed, before.get(i), settled ? item : ended(item, effect));
            }
        }
        List<Item> added = missing.stream()
                .map(item -> new Item(
                        item.id(), item.price(), item.quantity(), effect.day(), null, effect.chargedFrom(), null))
                .toList();
        return new ItemChange(changed, added);
    }

    /**
     * An item that ended before the day as it was charged before a change of a later day, which does not come about, cut it: until
     * what began where it ended is charged.
     */
    private static Item arranged(Item item, List<Item> items, LocalDate day) {
        LocalDate end = item.end();
        LocalDate until = item.chargedUntil();
        if (end == null || until == null || end.isAfter(day) || !until.isAfter(day)) {
            return item;
        }
        LocalDate latest = items.stream()
                .filter(other -> other.start().equals(end))
                .map(Item::chargedFrom)
                .reduce(until, (one, other) -> one.isAfter(other) ? one : other);
        return new Item(item.id(), item.price(), item.quantity(), item.start(), end, item.chargedFrom(), latest);
    }

    /** Whether it lives on the day, or would if nothing else had been arranged for it. */
    private static boolean canGoOn(Item item, LocalDate day) {
        return item.livesOn(day) || (item.start().isBefore(day) && day.equals(item.end()));
    }

    private static boolean take(List<Wanted> missing, Item item) {
        for (Wanted wanted : missing) {
            if (wanted.price().equals(item.price()) && wanted.quantity().compareTo(item.quantity()) == 0) {
                missing.remove(wanted);
                return true;
            }
        }
        return false;
    }

    /**
     * Whether an item had ended before and stays charged as was arranged then: unless what is to be charged after it now ends
     * itself, so that others are charged at once.
     */
    private static boolean isSettled(Item item, List<Item> items, List<Item> going, Effect effect) {
        LocalDate end = item.end();
        LocalDate until = item.chargedUntil();
        if (end == null || until == null || end.isAfter(effect.day()) || effect.anotherInterval()) {
            return false;
        }
        List<Item> waiting = items.stream()
                .filter(other -> other.livesOn(effect.day())
                        && other.chargedFrom().isAfter(effect.chargedFrom())
                        && other.chargedFrom().equals(until))
                .toList();
        List<Item> following = waiting.stream()
                .filter(other -> other.price().equals(item.price()))
                .toList();
        if (following.isEmpty()) {
            following = waiting.stream()
                    .filter(other -> !isCharged(other.price(), until, items))
                    .toList();
        }
        return following.isEmpty() || following.stream().anyMatch(going::contains);
    }

    /** Whether an item of that price is charged until the day: then what begins there with the same price follows that one. */
    private static boolean isCharged(String price, LocalDate until, List<Item> items) {
        return items.stream()
                .anyMatch(item -> item.price().equals(price)
                        && item.chargedFrom().isBefore(until)
                        && until.equals(item.chargedUntil()));
    }

    /** No longer alive from the day on, and no longer charged from then on either, whatever was arranged for later. */
    private static Item ended(Item item, Effect effect) {
        LocalDate end = earlier(item.end(), effect.day());
        LocalDate chargedUntil = item.start().isAfter(effect.day())
                ? item.chargedFrom()
                : earlier(item.livesOn(effect.day()) ? null : item.chargedUntil(), effect.chargedFrom());
        return new Item(
                item.id(),
                item.price(),
                item.quantity(),
                item.start(),
                end.isBefore(item.start()) ? item.start() : end,
                item.chargedFrom(),
                chargedUntil.isBefore(item.chargedFrom()) ? item.chargedFrom() : chargedUntil);
    }

    private static LocalDate earlier(@Nullable LocalDate known, LocalDate day) {
        return known == null || known.isAfter(day) ? day : known;
    }

    private static void addIfDifferent(List<Item> changed, Item before, Item after) {
        if (!after.equals(before)) {
            changed.add(after);
        }
    }
}

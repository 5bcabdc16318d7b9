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
 * @param kept those that live on, changed or not
 */
public record ItemChange(List<Item> changed, List<Item> added, List<Item> kept) {

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
     */
    public record Effect(LocalDate day, LocalDate chargedFrom) {}

    public ItemChange {
        changed = List.copyOf(changed);
        added = List.copyOf(added);
        kept = List.copyOf(kept);
    }

    /** Items stay as they are. */
    public static ItemChange none() {
        return new ItemChange(List.of(), List.of(), List.of());
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
     * that its tiers and free units go on. What was to begin later does not.
     */
    public static ItemChange of(List<Item> items, List<Wanted> wanted, Effect effect) {
        List<Wanted> missing = new ArrayList<>(wanted);
        List<Item> changed = new ArrayList<>();
        List<Item> kept = new ArrayList<>();
        for (Item item : items) {
            if (item.livesOn(effect.day()) && take(missing, item)) {
                Item going = new Item(
                        item.id(), item.price(), item.quantity(), item.start(), null, item.chargedFrom(), null);
                kept.add(going);
                addIfDifferent(changed, item, going);
            } else {
                addIfDifferent(changed, item, ended(item, effect));
            }
        }
        List<Item> added = missing.stream()
                .map(item -> new Item(
                        item.id(), item.price(), item.quantity(), effect.day(), null, effect.chargedFrom(), null))
                .toList();
        return new ItemChange(changed, added, kept);
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

    /** No longer alive from the day on, and no longer charged from then on either, be it that it had ended before. */
    private static Item ended(Item item, Effect effect) {
        LocalDate end = earlier(item.end(), effect.day());
        LocalDate chargedUntil = earlier(item.chargedUntil(), effect.chargedFrom());
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

package dev.valora.billing.subscription;

import dev.valora.billing.calendar.BillingInterval;
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
     * @param lifetime of the subscription before the change
     * @param interval of what is wanted
     */
    public record Effect(LocalDate day, LocalDate chargedFrom, Lifetime lifetime, BillingInterval interval) {

        /** Whether the rest of the period is charged and given back by days. */
        boolean isProrated() {
            return chargedFrom.equals(day);
        }

        /**
         * Whether other periods begin on the day than those that an item was bought for, so that it is not charged beyond it. What
         * was bought before the day is compared with the interval before the day, which a change of the same day may bring back.
         */
        boolean endsPeriodsOf(Item item) {
            Intervals known = item.start().isBefore(day) ? lifetime.intervals().before(day) : lifetime.intervals();
            return !known.on(day).equals(interval);
        }
    }

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
     * is not charged; what ended before and was to be charged less by a change of that day or later is charged as was arranged
     * before.
     */
    public static ItemChange of(List<Item> before, List<Wanted> wanted, Effect effect) {
        List<Item> items = before.stream()
                .map(item -> EndedItems.arranged(item, before, effect))
                .toList();
        List<Wanted> missing = new ArrayList<>(wanted);
        List<Item> going = new ArrayList<>();
        for (Item item : items) {
            if (item.canGoOn(effect.day()) && take(missing, item)) {
                going.add(item);
            }
        }
        EndedItems ended = new EndedItems(items, going, effect);
        List<Item> changed = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            if (going.contains(item)) {
                Item endless = new Item(
                        item.id(), item.price(), item.quantity(), item.start(), null, item.chargedFrom(), null);
                addIfDifferent(changed, before.get(i), endless);
            } else {
                boolean isCharged = !item.start().isAfter(effect.day()) && !ended.isUndone(item);
                boolean isSettled = isCharged && ended.isSettled(before.get(i), item);
                addIfDifferent(changed, before.get(i), isSettled ? item : ended(item, effect, isCharged));
            }
        }
        List<Item> added = missing.stream()
                .map(item -> new Item(
                        item.id(), item.price(), item.quantity(), effect.day(), null, effect.chargedFrom(), null))
                .toList();
        return new ItemChange(changed, added);
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

    /** No longer alive from the day on, and no longer charged from then on either, whatever was arranged for later. */
    private static Item ended(Item item, Effect effect, boolean isCharged) {
        LocalDate end = earlier(item.end(), effect.day());
        LocalDate chargedUntil = isCharged
                ? earlier(item.livesOn(effect.day()) ? null : item.chargedUntil(), effect.chargedFrom())
                : item.chargedFrom();
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

package dev.valora.bench.year.oracle;

import dev.valora.bench.year.oracle.Order.Bought;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one subscription has on which days, and for which days it is charged.
 *
 * <p>Of several changes of one day the last one counts, as it does of changes of later days; but what a subscription began with is
 * there before the changes of its first day (decision 0033).
 */
final class Items {

    private final Map<String, Price> prices;
    private final List<Bought> made = new ArrayList<>();
    private final List<LocalDate> begins = new ArrayList<>();
    private final List<Order> orders = new ArrayList<>();
    private List<LocalDate> turns = List.of();
    private List<Item> all = List.of();

    Items(Map<String, Price> prices, List<Wanted> wanted, LocalDate start) {
        this.prices = prices;
        order(new Order(start, true, false, List.of()), wanted, new ArrayList<>());
    }

    /** All that were ever asked for, in that order. */
    List<Item> all() {
        return all;
    }

    private void order(Order asked, List<Wanted> wanted, List<Bought> known) {
        List<Bought> items = new ArrayList<>();
        for (Wanted one : wanted) {
            Bought found = known.stream()
                    .filter(bought -> bought.isSame(one))
                    .findFirst()
                    .orElseGet(() -> make(one, asked.day()));
            known.remove(found);
            items.add(found);
        }
        orders.add(new Order(asked.day(), asked.prorates(), asked.liesAhead(), items));
    }

    private Bought make(Wanted wanted, LocalDate day) {
        Price price = prices.get(wanted.price());
        if (price == null) {
            throw new IllegalArgumentException("nobody sells " + wanted.price());
        }
        Bought bought = new Bought(made.size() + 1, price, wanted.quantity());
        made.add(bought);
        begins.add(day);
        return bought;
    }

    /** Which interval rules on a day. */
    Interval intervalOn(LocalDate day) {
        return orders.stream()
                .filter(order -> !order.day().isAfter(day))
                .reduce((earlier, later) -> later)
                .orElseThrow(() -> new IllegalStateException("nothing lives on " + day))
                .interval();
    }

    /** The first day in a range, but not its first, on which another interval rules; the end of the range if none does. */
    LocalDate intervalUntil(Days range) {
        Interval first = intervalOn(range.start());
        return orders.stream()
                .filter(order ->
                        range.contains(order.day()) && !order.interval().equals(first))
                .map(Order::day)
                .filter(day -> !intervalOn(day).equals(first))
                .findFirst()
                .orElse(range.end());
    }

    /**
     * Other items from a day on; what was asked for that day or later is forgotten.
     *
     * @return whether they are others than were asked for that day in the same way already
     */
    boolean change(LocalDate day, List<Wanted> wanted, boolean prorates) {
        List<Order> forgotten = orders.subList(1, orders.size()).stream()
                .filter(order -> !order.day().isBefore(day))
                .toList();
        orders.subList(1, orders.size()).removeIf(order -> !order.day().isBefore(day));
        Set<Bought> known = new HashSet<>(orders.getLast().items());
        List<Bought> candidates = new ArrayList<>(orders.getLast().items());
        // What was to begin on this very day in the same way is not made again, and begins with its period if it was
        // to.
        List<Order> alike = forgotten.stream()
                .filter(order -> order.day().equals(day) && order.prorates() == prorates)
                .toList();
        alike.stream()
                .flatMap(order -> order.items().stream())
                .filter(known::add)
                .forEach(candidates::add);
        order(new Order(day, prorates, alike.stream().anyMatch(Order::liesAhead), List.of()), wanted, candidates);
        Set<Bought> asked = new HashSet<>(orders.getLast().items());
        return alike.stream().noneMatch(order -> new HashSet<>(order.items()).equals(asked));
    }

    /** The day of the last change is to begin a period that lies ahead. */
    void lastLiesAhead() {
        orders.addLast(orders.removeLast().lyingAhead());
    }

    /** Tells all days anew, as the periods are now. */
    void follow(Calendar calendar) {
        turns = orders.stream().map(order -> turn(order, calendar)).toList();
        all = made.stream().map(this::item).toList();
    }

    /**
     * Until when that is charged which an order lets end, and from when on what begins with it: its day with proration, in a trial
     * and with another interval; else the end of the period, or its day if that begins a period which lay ahead.
     */
    private LocalDate turn(Order order, Calendar calendar) {
        LocalDate day = order.day();
        boolean isAnother = day.isAfter(orders.getFirst().day())
                && !intervalOn(day.minusDays(1)).equals(order.interval());
        if (order.prorates() || calendar.isTrial(day) || isAnother) {
            return day;
        }
        return order.liesAhead() && calendar.begins(day)
                ? day
                : intervalUntil(new Days(day, calendar.full(day).end()));
    }

    private Item item(Bought bought) {
        int first = 0;
        while (first < orders.size() && !orders.get(first).items().contains(bought)) {
            first++;
        }
        if (first == orders.size()) {
            LocalDate never = begins.get(bought.number() - 1);
            return new Item(bought.number(), bought.price(), bought.quantity(), never, never, never, never);
        }
        int gone = first;
        while (gone < orders.size() && orders.get(gone).items().contains(bought)) {
            gone++;
        }
        boolean stays = gone == orders.size();
        LocalDate turn = turns.get(first);
        return new Item(
                bought.number(),
                bought.price(),
                bought.quantity(),
                orders.get(first).day(),
                stays ? Days.FOREVER : orders.get(gone).day(),
                turn,
                stays ? Days.FOREVER : Days.later(turn, chargedUntil(bought, gone)));
    }

    /**
     * Until when that is charged which an order let end: the day with proration; else the end of the period, unless before that another
     * interval begins, or all that replaced it is dropped with proration.
     */
    private LocalDate chargedUntil(Bought bought, int gone) {
        LocalDate end = turns.get(gone);
        Set<Bought> holders = heirs(bought, gone);
        boolean isLeftAlone = holders.isEmpty();
        for (int i = gone + 1; i < orders.size() && orders.get(i).day().isBefore(end); i++) {
            Order order = orders.get(i);
            Set<Bought> next = new HashSet<>();
            for (Bought holder : holders) {
                if (order.items().contains(holder)) {
                    next.add(holder);
                } else if (!isAtOnce(i)) {
                    next.addAll(heirs(holder, i));
                }
            }
            boolean isDropped = !isLeftAlone && next.isEmpty() && isAtOnce(i);
            if (isDropped || !order.interval().equals(orders.get(i - 1).interval())) {
                return order.day();
            }
            isLeftAlone |= next.isEmpty();
            holders = next;
        }
        return end;
    }

    private boolean isAtOnce(int order) {
        return turns.get(order).equals(orders.get(order).day());
    }

    /** What an order has in place of something: the same price in another quantity; else the prices that are really others. */
    private Set<Bought> heirs(Bought gone, int number) {
        List<Bought> before = orders.get(number - 1).items();
        List<Bought> after = orders.get(number).items();
        Set<Bought> heirs = new HashSet<>();
        Set<Bought> others = new HashSet<>();
        for (Bought one : after) {
            if (before.contains(one)) {
                continue;
            }
            if (one.price().code().equals(gone.price().code())) {
                heirs.add(one);
            }
            boolean isOther = before.stream()
                    .filter(ended -> !after.contains(ended))
                    .noneMatch(ended -> ended.price().code().equals(one.price().code()));
            if (isOther) {
                others.add(one);
            }
        }
        return heirs.isEmpty() ? others : heirs;
    }
}

package dev.valora.bench.books;

import dev.valora.bench.client.UsageWindow;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One comparison, computed twice: event by event from the digits of the sums, and as the grand total in decimal. One thread.
 */
final class Comparison {

    private record Place(String customer, Instant window) {}

    private final List<String> lost = new ArrayList<>();
    private final List<String> doubled = new ArrayList<>();
    private final List<String> unexpected = new ArrayList<>();
    private final List<String> refusedPresent = new ArrayList<>();
    private final List<String> contradicted = new ArrayList<>();
    private final List<BookedEvent> events;
    private int acknowledged;
    private int unknownPresent;
    private BigDecimal sumOfFound = BigDecimal.ZERO;

    Comparison(List<BookedEvent> events, List<UsageWindow> windows) {
        this.events = events;
        Map<Place, int[]> counted = new HashMap<>();
        for (UsageWindow window : windows) {
            read(window, counted);
        }
        for (BookedEvent event : events) {
            judge(event, counted.get(new Place(event.customer(), event.window())));
        }
        counted.forEach(this::reportNobodys);
        compareTotals(windows);
    }

    Findings findings() {
        return new Findings(
                events.size(), acknowledged, lost, doubled, unexpected, refusedPresent, contradicted, unknownPresent);
    }

    /** Takes a window's sum apart into its digits. */
    private void read(UsageWindow window, Map<Place, int[]> counted) {
        BigInteger[] tail = unscaled(window.value()).divideAndRemainder(BigInteger.TEN.pow(BookedEvent.SLOTS));
        BigDecimal exact = new BigDecimal(unscaled(window.value()), BookedEvent.SCALE);
        if (exact.compareTo(window.value()) != 0 || tail[0].signum() != 0 || tail[1].signum() < 0) {
            unexpected.add("a value no events have: " + window);
            return;
        }
        int[] times = new int[BookedEvent.SLOTS];
        long sum = 0;
        BigInteger rest = tail[1];
        for (int slot = 0; slot < times.length; slot++) {
            BigInteger[] parts = rest.divideAndRemainder(BigInteger.TEN);
            times[slot] = parts[1].intValueExact();
            sum += times[slot];
            rest = parts[0];
        }
        if (sum != window.events()) {
            unexpected.add("its value says " + sum + " events: " + window);
        }
        if (counted.put(new Place(window.customer(), window.start()), times) != null) {
            unexpected.add("the same window twice: " + window);
        }
    }

    private static BigInteger unscaled(BigDecimal value) {
        return value.movePointRight(BookedEvent.SCALE).toBigInteger();
    }

    /** Judges an event and takes it out of what was counted. */
    private void judge(BookedEvent event, int @Nullable [] times) {
        int count = times == null ? 0 : times[event.slot()];
        if (times != null) {
            times[event.slot()] = 0;
        }
        sumOfFound = sumOfFound.add(event.quantity().multiply(BigDecimal.valueOf(count)));
        if (event.isContradicted()) {
            contradicted.add(event.toString());
        }
        if (count > 1) {
            doubled.add(count + " times " + event);
        }
        if (event.isAcknowledged()) {
            acknowledged++;
            if (count == 0) {
                lost.add(event.toString());
            }
        } else if (count > 0) {
            if (event.mayBeCounted()) {
                unknownPresent++;
            } else {
                refusedPresent.add(event.toString());
            }
        }
    }

    private void reportNobodys(Place place, int[] times) {
        for (int slot = 0; slot < times.length; slot++) {
            if (times[slot] != 0) {
                unexpected.add(times[slot] + " times slot " + slot + " of " + place + ", which nobody sent");
            }
        }
    }

    private void compareTotals(List<UsageWindow> windows) {
        BigDecimal total = windows.stream().map(UsageWindow::value).reduce(BigDecimal.ZERO, BigDecimal::add);
        if (unexpected.isEmpty() && total.compareTo(sumOfFound) != 0) {
            unexpected.add("the windows sum up to " + total.toPlainString() + ", what was found in them to "
                    + sumOfFound.toPlainString());
        }
    }
}

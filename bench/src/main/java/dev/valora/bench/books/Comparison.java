package dev.valora.bench.books;

import dev.valora.bench.client.UsageWindow;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One comparison, computed twice: event by event from the digits of the sums, and as the grand total in decimal. The maxima are
 * compared with what the sums say is in the same window. One thread.
 */
final class Comparison {

    private record Place(String customer, Instant window) {}

    private final List<String> lost = new ArrayList<>();
    private final List<String> doubled = new ArrayList<>();
    private final List<String> unexpected = new ArrayList<>();
    private final List<String> refusedPresent = new ArrayList<>();
    private final List<String> voidedPresent = new ArrayList<>();
    private final List<String> contradicted = new ArrayList<>();
    private final List<BookedEvent> events;
    private int acknowledged;
    private int voided;
    private int unknownPresent;
    private BigDecimal sumOfFound = BigDecimal.ZERO;

    Comparison(BooksPlan plan, List<BookedEvent> events, List<UsageWindow> windows, List<UsageWindow> peaks) {
        this.events = events;
        Map<Place, int[]> counted = new HashMap<>();
        for (UsageWindow window : windows) {
            read(window, counted);
        }
        if (plan.peak() != null) {
            comparePeaks(counted, peaks);
        }
        for (BookedEvent event : events) {
            judge(event, counted.get(new Place(event.customer(), event.window())));
        }
        counted.forEach(this::reportNobodys);
        compareTotals(windows);
    }

    Findings findings() {
        return new Findings(
                events.size(),
                acknowledged,
                voided,
                unknownPresent,
                new Findings.Wrong(lost, doubled, unexpected, refusedPresent, voidedPresent, contradicted));
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

    /** The highest value of a window is that of the highest slot which its sum says is there, and both count the same events. */
    private void comparePeaks(Map<Place, int[]> counted, List<UsageWindow> peaks) {
        Set<Place> expected = new HashSet<>();
        for (BookedEvent event : events) {
            Place place = new Place(event.customer(), event.window());
            if (event.place().isByType() && highest(counted.get(place)) >= 0) {
                expected.add(place);
            }
        }
        for (UsageWindow peak : peaks) {
            Place place = new Place(peak.customer(), peak.start());
            int highest = highest(counted.get(place));
            if (!expected.remove(place)) {
                unexpected.add("a maximum where nothing is, or twice: " + peak);
            } else if (BookedEvent.quantity(highest).compareTo(peak.value()) != 0
                    || peak.events() != count(counted.get(place))) {
                unexpected.add("its maximum is not that of slot " + highest + " among " + count(counted.get(place))
                        + " events: " + peak);
            }
        }
        expected.forEach(place -> unexpected.add("no maximum for " + place));
    }

    private static int highest(int @Nullable [] times) {
        int highest = -1;
        for (int slot = 0; times != null && slot < times.length; slot++) {
            highest = times[slot] > 0 ? slot : highest;
        }
        return highest;
    }

    private static int count(int @Nullable [] times) {
        int count = 0;
        for (int slot = 0; times != null && slot < times.length; slot++) {
            count += times[slot];
        }
        return count;
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
            voided += event.isVoided() ? 1 : 0;
            judgeAcknowledged(event, count);
        } else if (count > 0) {
            if (event.mayBeCounted()) {
                unknownPresent++;
            } else {
                refusedPresent.add(event.toString());
            }
        }
    }

    private void judgeAcknowledged(BookedEvent event, int count) {
        if (event.isVoided()) {
            if (count > 0) {
                voidedPresent.add(event.toString());
            }
        } else if (count == 0 && !event.mayBeVoided()) {
            lost.add(event.toString());
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

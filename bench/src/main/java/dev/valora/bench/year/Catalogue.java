package dev.valora.bench.year;

import dev.valora.bench.year.oracle.Interval;
import dev.valora.bench.year.oracle.Meter;
import dev.valora.bench.year.oracle.Price;
import dev.valora.bench.year.oracle.Tier;
import dev.valora.bench.year.oracle.Version;
import dev.valora.bench.year.oracle.Version.Model;
import dev.valora.bench.year.oracle.Wanted;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one organization sells: for each interval the same kinds of prices with other amounts. Meters are counted, summed and
 * peaked; the sum has a dimension. One thread.
 */
final class Catalogue {

    static final String PRODUCT = "everything";
    static final String REGION = "region";
    static final Meter CALLS = new Meter("calls", Meter.Aggregation.SUM);
    static final Meter JOBS = new Meter("jobs", Meter.Aggregation.COUNT);
    static final Meter PEAK = new Meter("peak", Meter.Aggregation.MAX);

    /** How often each interval is bought, of a hundred. */
    private static final Map<Interval, Integer> INTERVALS = intervals();

    private static final int QUANTITY_MAX = 12;

    private final Draws draws;
    private final Map<String, Price> prices = new LinkedHashMap<>();
    private final Map<Interval, List<Bundle>> bundles = new LinkedHashMap<>();

    Catalogue(Draws draws) {
        this.draws = draws;
        INTERVALS.keySet().forEach(this::offer);
    }

    private static Map<Interval, Integer> intervals() {
        Map<Interval, Integer> shares = new LinkedHashMap<>();
        shares.put(new Interval(Interval.Unit.MONTH, 1), 52);
        shares.put(new Interval(Interval.Unit.MONTH, 2), 8);
        shares.put(new Interval(Interval.Unit.QUARTER, 1), 10);
        shares.put(new Interval(Interval.Unit.YEAR, 1), 5);
        shares.put(new Interval(Interval.Unit.WEEK, 1), 10);
        shares.put(new Interval(Interval.Unit.WEEK, 2), 6);
        shares.put(new Interval(Interval.Unit.DAY, 10), 7);
        shares.put(new Interval(Interval.Unit.DAY, 3), 2);
        return shares;
    }

    Map<String, Price> prices() {
        return prices;
    }

    private void offer(Interval interval) {
        licence(interval, "base", Model.FLAT, false);
        licence(interval, "seats", Model.PER_UNIT, false);
        licence(interval, "tiers", Model.GRADUATED, false);
        licence(interval, "stairs", Model.VOLUME, false);
        licence(interval, "packs", Model.PACKAGE, false);
        licence(interval, "after", Model.FLAT, true);
        licence(interval, "after-seats", Model.PER_UNIT, true);
        usage(interval, "calls", CALLS, Model.PER_UNIT, Map.of());
        usage(interval, "calls-tiers", CALLS, Model.GRADUATED, Map.of());
        usage(interval, "calls-volume", CALLS, Model.VOLUME, Map.of());
        usage(interval, "calls-eu", CALLS, Model.PER_UNIT, Map.of(REGION, "eu"));
        usage(interval, "calls-us", CALLS, Model.GRADUATED, Map.of(REGION, "us"));
        usage(interval, "jobs", JOBS, Model.PACKAGE, Map.of());
        usage(interval, "jobs-fee", JOBS, Model.FLAT, Map.of());
        usage(interval, "peak", PEAK, Model.PER_UNIT, Map.of());
        usage(interval, "peak-volume", PEAK, Model.VOLUME, Map.of());
        bundles.put(
                interval,
                List.of(
                        bundle(interval, "small", 0, List.of("base", "calls")),
                        bundle(interval, "large", 14, List.of("base", "seats", "calls-tiers", "calls-eu", "peak")),
                        bundle(interval, "behind", 7, List.of("after", "jobs", "calls-volume"))));
    }

    private static Bundle bundle(Interval interval, String name, int trialDays, List<String> kinds) {
        return new Bundle(
                code(interval, name),
                kinds.stream()
                        .map(kind -> new Wanted(code(interval, kind), BigDecimal.ONE))
                        .toList(),
                trialDays);
    }

    private void licence(Interval interval, String kind, Model model, boolean inArrears) {
        add(interval, kind, null, Map.of(), inArrears, version(model, LocalDate.MIN, null));
    }

    private void usage(Interval interval, String kind, Meter meter, Model model, Map<String, String> filter) {
        add(interval, kind, meter, filter, true, version(model, LocalDate.MIN, null));
    }

    private void add(
            Interval interval,
            String kind,
            @Nullable Meter meter,
            Map<String, String> filter,
            boolean inArrears,
            Version version) {
        String code = code(interval, kind);
        prices.put(code, new Price(code, meter, filter, interval, inArrears, List.of(version)));
    }

    private static String code(Interval interval, String kind) {
        return kind + "-" + interval.unit().name().toLowerCase(Locale.ROOT) + interval.count();
    }

    /** Another version of a price, with other amounts; bounds of tiers stay while the model does. */
    Version nextVersion(Price price, LocalDate from, boolean changesModel) {
        Version first = price.versions().getFirst();
        Model model = changesModel ? draws.oneOf(List.of(Model.values())) : first.model();
        return version(model, from, model == first.model() ? first : null);
    }

    private Version version(Model model, LocalDate from, @Nullable Version like) {
        BigDecimal minimum = draws.percent(15) ? draws.decimal(100, 4_000, 2) : null;
        BigDecimal maximum = draws.percent(15) ? draws.decimal(4_000, 20_000, 2) : null;
        BigDecimal free = switch (model) {
            case PER_UNIT, PACKAGE ->
                like == null ? draws.oneOf(List.of(BigDecimal.ZERO, draws.decimal(1, 30, 0))) : like.free();
            case FLAT, GRADUATED, VOLUME -> BigDecimal.ZERO;
        };
        BigDecimal size = model == Model.PACKAGE ? draws.decimal(2, 20, 0) : BigDecimal.ONE;
        return new Version(
                from,
                model,
                model == Model.FLAT ? draws.decimal(100, 9_900, 2) : draws.decimal(1, 400_000, 5),
                free,
                like == null ? size : like.packageSize(),
                model == Model.GRADUATED || model == Model.VOLUME ? tiers(like) : List.of(),
                minimum,
                maximum);
    }

    private List<Tier> tiers(@Nullable Version like) {
        int count = like == null ? draws.between(2, 4) : like.tiers().size();
        List<Tier> tiers = new ArrayList<>();
        BigDecimal bound = BigDecimal.ZERO;
        for (int i = 1; i <= count; i++) {
            bound = like == null
                    ? bound.add(draws.decimal(2, 60, draws.between(0, 1)))
                    : Objects.requireNonNullElse(like.tiers().get(i - 1).upTo(), bound);
            BigDecimal flat = draws.percent(40) ? draws.decimal(10, 900, 2) : BigDecimal.ZERO;
            tiers.add(new Tier(i == count ? null : bound, draws.decimal(0, 90_000, 5), flat));
        }
        return tiers;
    }

    /** All plans. */
    List<Bundle> bundles() {
        return bundles.values().stream().flatMap(List::stream).toList();
    }

    Bundle drawBundle(Interval interval) {
        return draws.oneOf(Objects.requireNonNull(bundles.get(interval)));
    }

    Interval drawInterval() {
        int share = draws.between(1, 100);
        for (Map.Entry<Interval, Integer> entry : INTERVALS.entrySet()) {
            share -= entry.getValue();
            if (share <= 0) {
                return entry.getKey();
            }
        }
        throw new IllegalStateException("the shares are less than a hundred");
    }

    /** One to five prices of an interval, no two of which bill the same usage. */
    List<Wanted> drawItems(Interval interval) {
        List<String> kinds = new ArrayList<>();
        pick(kinds, 70, List.of("base", "seats", "tiers", "stairs", "packs"));
        pick(kinds, 30, List.of("after", "after-seats"));
        pick(kinds, 65, List.of("calls", "calls-tiers", "calls-volume"));
        pick(kinds, 25, List.of("calls-eu"));
        pick(kinds, 20, List.of("calls-us"));
        pick(kinds, 35, List.of("jobs", "jobs-fee"));
        pick(kinds, 35, List.of("peak", "peak-volume"));
        if (kinds.isEmpty()) {
            kinds.add("calls");
        }
        List<Wanted> items = new ArrayList<>();
        for (String kind : kinds) {
            Price price = Objects.requireNonNull(prices.get(code(interval, kind)));
            BigDecimal quantity = price.meter() == null ? drawQuantity() : BigDecimal.ONE;
            items.add(new Wanted(price.code(), quantity));
        }
        return items;
    }

    BigDecimal drawQuantity() {
        return BigDecimal.valueOf(draws.between(1, QUANTITY_MAX));
    }

    private void pick(List<String> kinds, int percent, List<String> choices) {
        if (draws.percent(percent)) {
            kinds.add(draws.oneOf(choices));
        }
    }
}

package dev.valora.bench.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A median and what lies around it. */
public record Spread(double min, double median, double max) {

    /** Of one value of each figure; at least one figure. */
    public static <T> Spread of(List<T> figures, ToDoubleFunction<T> value) {
        double[] values = figures.stream().mapToDouble(value).toArray();
        Arrays.sort(values);
        int middle = values.length / 2;
        double median = values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
        return new Spread(values[0], median, values[values.length - 1]);
    }

    /**
     * Median (lowest–highest).
     *
     * @param form of each number, see {@link String#format}
     */
    public String toText(String form) {
        return String.format(Locale.ROOT, form + " (" + form + "–" + form + ")", median, min, max);
    }
}

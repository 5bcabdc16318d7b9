package dev.valora.bench.year.oracle;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is sold.
 *
 * @param meter null for a licence
 * @param filter empty for a licence and for a usage price that takes what filtered ones leave
 * @param inArrears of a licence; usage always is
 * @param versions in any order
 */
public record Price(
        String code,
        @Nullable Meter meter,
        Map<String, String> filter,
        Interval interval,
        boolean inArrears,
        List<Version> versions) {

    /** Keeps copies. */
    public Price {
        filter = Map.copyOf(filter);
        versions = List.copyOf(versions);
    }

    boolean isLicence() {
        return meter == null;
    }

    boolean measures(Usage event) {
        return meter != null && meter.code().equals(event.meter());
    }

    /** The version in force on a day: the one that began last. */
    Version on(LocalDate day) {
        Version found = null;
        for (Version version : versions) {
            if (!version.from().isAfter(day) && (found == null || version.from().isAfter(found.from()))) {
                found = version;
            }
        }
        if (found == null) {
            throw new IllegalStateException(code + " has no version on " + day);
        }
        return found;
    }

    /** The same with one version more. */
    public Price with(Version version) {
        List<Version> all = new ArrayList<>(versions);
        all.add(version);
        return new Price(code, meter, filter, interval, inArrears, all);
    }
}

package dev.valora.bench.fuzz;

import dev.valora.ingest.admission.Verdict;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What should become of a body. */
sealed interface Expected {

    /**
     * It is refused as a whole.
     *
     * @param codes any of these
     */
    record Refused(Set<String> codes) implements Expected {
        public Refused {
            codes = Set.copyOf(codes);
        }
    }

    /**
     * Each of its events becomes a record or a rejection.
     *
     * @param mayBeRefused whether it may as well be refused as malformed, for a bound of the parser that only the sender of
     *     nonsense meets
     */
    record Taken(List<Fate> fates, boolean mayBeRefused) implements Expected {
        public Taken {
            fates = List.copyOf(fates);
        }
    }

    /** Of one event. */
    sealed interface Fate {}

    /** It becomes a record. */
    record Recorded(Content content, Verdict verdict) implements Fate {}

    /**
     * It is rejected.
     *
     * @param code of the first thing that is wrong with it
     * @param key as far as it could be read
     * @param pointer of what is wrong, or the beginning of that
     */
    record Rejected(String code, @Nullable String key, String pointer) implements Fate {}

    /**
     * What a record says.
     *
     * @param target the meter's code, or the event type
     * @param micros since the epoch; null when no time was sent
     * @param properties by name
     */
    record Content(
            String key,
            String customer,
            String target,
            boolean isByType,
            @Nullable BigDecimal value,
            @Nullable Long micros,
            SortedMap<String, Property> properties) {}

    /**
     * A property as it is kept.
     *
     * @param kind as {@code RecordLayout} numbers them
     */
    record Property(int kind, String text) {}
}

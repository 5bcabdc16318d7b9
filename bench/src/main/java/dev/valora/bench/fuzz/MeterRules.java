package dev.valora.bench.fuzz;

import dev.valora.bench.fuzz.Expected.Content;
import dev.valora.bench.fuzz.Expected.Property;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.Verdict;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A few meters of each kind, and what each of them says to an event. */
final class MeterRules {

    static final OrganizationId ORGANIZATION =
            new OrganizationId(new UUID(0x0102_0304_0506_0708L, 0x1112_1314_1516_1718L));

    /** Codes that exist. */
    static final List<String> CODES = List.of("calls", "tokens", "peak", "storage");

    private static final String VALUE_PROPERTY = "gigabytes";

    /** A directory with all of them. */
    MeterDirectory directory() {
        MeterDirectory meters = new MeterDirectory();
        define(meters, "calls", Aggregation.COUNT, null);
        define(meters, "tokens", Aggregation.SUM, null);
        define(meters, "peak", Aggregation.MAX, null);
        define(meters, "storage", Aggregation.SUM, VALUE_PROPERTY);
        return meters;
    }

    private static void define(
            MeterDirectory meters, String code, Aggregation aggregation, @Nullable String valueProperty) {
        meters.define(new MeterDefinition(ORGANIZATION, code, aggregation, code, valueProperty, List.of(), 60), 1);
    }

    /** What the event becomes if it is neither a duplicate nor a conflict. */
    Verdict verdict(Content event) {
        if (event.isByType()) {
            return Verdict.ACCEPTED;
        }
        return switch (event.target()) {
            case "calls" -> Verdict.ACCEPTED;
            case "tokens", "peak" -> event.value() == null ? Verdict.VALUE_REQUIRED : Verdict.ACCEPTED;
            case "storage" -> verdict(event.properties().get(VALUE_PROPERTY));
            default -> Verdict.UNKNOWN_METER;
        };
    }

    private static Verdict verdict(@Nullable Property value) {
        if (value == null) {
            return Verdict.VALUE_REQUIRED;
        }
        boolean isText = value.kind() == RecordLayout.KIND_STRING || value.kind() == RecordLayout.KIND_NUMBER;
        return isText && Literals.value(value.text()).isPresent() ? Verdict.ACCEPTED : Verdict.INVALID_VALUE;
    }
}

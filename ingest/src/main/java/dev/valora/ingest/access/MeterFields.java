package dev.valora.ingest.access;

import dev.valora.ingest.Aggregation;
import dev.valora.ingest.FieldProblem;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Limits;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A meter as a request describes it, checked. Pure. */
record MeterFields(
        String code,
        Aggregation aggregation,
        String eventType,
        @Nullable String valueProperty,
        List<String> dimensions,
        Meter.Label label) {

    static final int NAME_LENGTH = 255;
    static final int UNIT_LENGTH = 64;

    private static final String UNSUPPORTED_AGGREGATION = "unsupported_aggregation";

    /** What this version computes. */
    private static final Set<Aggregation> COMPUTED = EnumSet.of(Aggregation.COUNT, Aggregation.SUM, Aggregation.MAX);

    /** These separate names in the query of usage, so no dimension can have them in its name. */
    private static final Pattern SEPARATOR = Pattern.compile("[,\\[\\]]");

    MeterFields {
        dimensions = List.copyOf(dimensions);
    }

    /** What a PATCH says of name and unit. */
    record LabelChange(
            boolean named,
            @Nullable String name,
            boolean measured,
            @Nullable String unit) {

        Meter.Label applyTo(Meter.Label before) {
            return new Meter.Label(named ? name : before.name(), measured ? unit : before.unit());
        }
    }

    /**
     * Reads and checks a whole body.
     *
     * @throws ProblemException 422 with everything that is wrong with it
     */
    static MeterFields read(JsonFields fields) {
        String code = fields.requiredCode("code");
        Aggregation aggregation = aggregation(fields);
        MeterFields meter = new MeterFields(
                code,
                aggregation,
                fields.optionalText("event_type", Limits.KEY_LENGTH).orElse(code),
                valueProperty(fields, aggregation),
                dimensions(fields),
                new Meter.Label(
                        fields.optionalText("name", NAME_LENGTH).orElse(null),
                        fields.optionalText("unit", UNIT_LENGTH).orElse(null)));
        checkTimeUnit(fields, aggregation);
        check(fields);
        return meter;
    }

    static LabelChange labelChange(JsonFields fields) {
        return new LabelChange(
                fields.mentions("name"),
                fields.optionalText("name", NAME_LENGTH).orElse(null),
                fields.mentions("unit"),
                fields.optionalText("unit", UNIT_LENGTH).orElse(null));
    }

    MeterDefinition definition(int windowMinutes, OrganizationId organization) {
        return new MeterDefinition(
                organization, code, aggregation, eventType, valueProperty, dimensions, windowMinutes);
    }

    private static Aggregation aggregation(JsonFields fields) {
        Map<String, Aggregation> byName = new LinkedHashMap<>();
        for (Aggregation aggregation : Aggregation.values()) {
            byName.put(aggregation.wireName(), aggregation);
        }
        if (!fields.has("aggregation")) {
            fields.problem("aggregation", "missing_field", "This field is required.");
        }
        Aggregation aggregation = fields.choice("aggregation", byName, Aggregation.COUNT);
        if (!COMPUTED.contains(aggregation)) {
            fields.problem("aggregation", UNSUPPORTED_AGGREGATION, "This version computes count, sum and max.");
        }
        return aggregation;
    }

    private static @Nullable String valueProperty(JsonFields fields, Aggregation aggregation) {
        Optional<String> property = fields.optionalText("value_property", Limits.PROPERTY_NAME_LENGTH);
        if (property.isPresent() && aggregation == Aggregation.COUNT && fields.has("aggregation")) {
            fields.problem("value_property", "invalid_field", "A count needs no value; leave value_property out.");
        }
        return property.orElse(null);
    }

    private static List<String> dimensions(JsonFields fields) {
        List<String> names = fields.texts("dimensions", Limits.METER_DIMENSIONS, Limits.PROPERTY_NAME_LENGTH);
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                fields.problem("dimensions", "invalid_field", "Name each dimension once; " + name + " stands twice.");
            }
            if (SEPARATOR.matcher(name).find()) {
                fields.problem(
                        "dimensions", "invalid_field", "A dimension's name has no comma and no brackets: " + name);
            }
        }
        return List.copyOf(seen.size() == names.size() ? names : List.of());
    }

    private static void checkTimeUnit(JsonFields fields, Aggregation aggregation) {
        fields.choice("time_unit", Map.of("hour", "hour"), "hour");
        if (fields.has("time_unit") && aggregation != Aggregation.TIME_WEIGHTED_SUM) {
            fields.problem("time_unit", "invalid_field", "Only time_weighted_sum has a time unit; leave it out.");
        }
    }

    /** When nothing else is wrong, the problem itself says that the aggregation is not there yet. */
    private static void check(JsonFields fields) {
        try {
            fields.check();
        } catch (ProblemException invalid) {
            List<FieldProblem> errors = invalid.problem().errors();
            if (errors.size() == 1 && errors.getFirst().code().equals(UNSUPPORTED_AGGREGATION)) {
                throw new ProblemException(new Problem(
                        ProblemKind.INVALID,
                        UNSUPPORTED_AGGREGATION,
                        errors.getFirst().detail(),
                        errors,
                        null,
                        Map.of()));
            }
            throw invalid;
        }
    }
}

package dev.valora.billing.offering;

import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.rating.PriceTerms;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Limits;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.RegisteredMeter;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A new price as a request describes it. Pure but for looking meters up; problems go to the fields. */
final class PriceFields {

    private static final Map<String, Optional<Boolean>> IS_USAGE = isUsageByName();
    private static final Map<String, Boolean> IN_ADVANCE = inAdvanceByName();
    private static final Map<String, BillingInterval.Unit> UNITS = unitsByName();

    private final JsonFields fields;
    private final OrganizationId organization;
    private final MeterDirectory meters;

    private PriceFields(JsonFields fields, OrganizationId organization, MeterDirectory meters) {
        this.fields = fields;
        this.organization = organization;
        this.meters = meters;
    }

    /**
     * A new price as it was sent.
     *
     * @param product its code, which was not looked up yet
     * @param firstVersion empty when anything of the body is wrong
     */
    record Sent(
            String code,
            String product,
            @Nullable String name,
            Basis charge,
            BillingInterval interval,
            Optional<PriceVersion> firstVersion) {

        /** Once the fields were checked. */
        Price price(String productName) {
            return new Price(
                    code,
                    product,
                    name == null ? productName : name,
                    charge,
                    interval,
                    List.of(firstVersion.orElseThrow()));
        }
    }

    static Sent read(JsonFields fields, OrganizationId organization, MeterDirectory meters) {
        return new PriceFields(fields, organization, meters).read();
    }

    private Sent read() {
        return new Sent(
                fields.requiredCode("code"),
                fields.requiredCode("product"),
                fields.optionalText("name", Offering.NAME_LENGTH).orElse(null),
                charge(),
                interval(),
                firstVersion());
    }

    private Basis charge() {
        if (!fields.has("type")) {
            fields.problem("type", "missing_field", "This field is required.");
        }
        Optional<Boolean> isUsage = fields.choice("type", IS_USAGE, Optional.empty());
        boolean inAdvance = fields.choice("timing", IN_ADVANCE, isUsage.isPresent() && !isUsage.get());
        String meter = fields.optionalCode("meter").orElse("");
        Map<String, String> filter = fields.textMap("filter", Limits.METER_DIMENSIONS, Limits.PROPERTY_VALUE_LENGTH);
        if (isUsage.isEmpty()) {
            return new Basis.Recurring(false);
        }
        return isUsage.get() ? usage(meter, filter, inAdvance) : recurring(inAdvance);
    }

    private Basis recurring(boolean inAdvance) {
        for (String member : List.of("meter", "filter")) {
            if (fields.has(member)) {
                fields.problem(member, "invalid_field", "A recurring price measures nothing; leave this out.");
            }
        }
        return new Basis.Recurring(inAdvance);
    }

    private Basis usage(String meter, Map<String, String> filter, boolean inAdvance) {
        if (inAdvance) {
            fields.problem("timing", "invalid_field", "Usage is billed in arrears.");
        }
        if (!fields.has("meter")) {
            fields.problem("meter", "missing_field", "A usage price names its meter.");
        }
        if (!meter.isEmpty()) {
            checkMeter(meter, filter);
        }
        return new Basis.Usage(meter, filter);
    }

    private void checkMeter(String code, Map<String, String> filter) {
        RegisteredMeter meter = meters.find(organization, code);
        if (meter == null) {
            fields.problem("meter", "unknown_meter", "There is no meter " + code + ".");
            return;
        }
        if (meter.isArchived()) {
            fields.problem("meter", "archived_meter", "The meter " + code + " takes no usage any more.");
        }
        List<String> dimensions = meter.definition().dimensions();
        for (String dimension : filter.keySet()) {
            if (!dimensions.contains(dimension)) {
                fields.problem(
                        "filter/" + dimension.replace("~", "~0").replace("/", "~1"),
                        "unknown_dimension",
                        dimensions.isEmpty()
                                ? "The meter " + code + " has no dimensions."
                                : "Dimensions of the meter are: " + String.join(", ", dimensions) + ".");
            }
        }
    }

    private BillingInterval interval() {
        if (!fields.has("interval")) {
            fields.problem("interval", "missing_field", "This field is required.");
        }
        return new BillingInterval(
                fields.choice("interval", UNITS, BillingInterval.Unit.MONTH),
                fields.integer("interval_count", 1, BillingInterval.COUNT_MAX, 1));
    }

    private Optional<PriceVersion> firstVersion() {
        if (!fields.has("version")) {
            fields.problem("version", "missing_field", "Send what the price charges.");
        }
        return fields.object("version").flatMap(version -> {
            LocalDate effectiveFrom = version.date("effective_from").orElse(null);
            Optional<PriceTerms> terms = VersionFields.read(version);
            return terms.map(read -> new PriceVersion(1, effectiveFrom, read));
        });
    }

    private static Map<String, Optional<Boolean>> isUsageByName() {
        Map<String, Optional<Boolean>> byName = new LinkedHashMap<>();
        byName.put("recurring", Optional.of(false));
        byName.put("usage", Optional.of(true));
        return byName;
    }

    private static Map<String, Boolean> inAdvanceByName() {
        Map<String, Boolean> byName = new LinkedHashMap<>();
        byName.put("advance", true);
        byName.put("arrears", false);
        return byName;
    }

    private static Map<String, BillingInterval.Unit> unitsByName() {
        Map<String, BillingInterval.Unit> byName = new LinkedHashMap<>();
        for (BillingInterval.Unit unit : BillingInterval.Unit.values()) {
            byName.put(unit.name().toLowerCase(Locale.ROOT), unit);
        }
        return byName;
    }
}

package dev.valora.aggregator.fold;

import dev.valora.ingest.DecimalText;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.RecordLayout;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The decimal of one event for one meter, without an object as long as it fits into a long. Reused; one thread. */
final class EventValue {

    private final DecimalText text = new DecimalText();
    private long unscaled;
    private int scale;
    private @Nullable BigDecimal wide;

    /** Reads what the meter takes of the event; false when that is not there or not a decimal. */
    boolean read(EventRecord event, FedMeter meter) {
        byte[] property = meter.valueProperty();
        return property == null ? readValue(event) : readProperty(event, property);
    }

    private boolean readValue(EventRecord event) {
        if (!event.hasValue()) {
            return false;
        }
        if (event.isValueCompact()) {
            unscaled = event.unscaledLong();
            scale = event.valueScale();
            wide = null;
        } else {
            wide = event.value();
        }
        return true;
    }

    private boolean readProperty(EventRecord event, byte[] name) {
        int property = event.findProperty(name);
        if (property < 0 || !isText(event.propertyKind(property))) {
            return false;
        }
        if (!text.parse(event.bytes(), event.propertyText(property), event.propertyTextLength(property))) {
            return false;
        }
        if (text.isCompact()) {
            unscaled = text.unscaledLong();
            scale = text.scale();
            wide = null;
        } else {
            wide = text.toBigDecimal();
        }
        return true;
    }

    private static boolean isText(int kind) {
        return kind == RecordLayout.KIND_NUMBER || kind == RecordLayout.KIND_STRING;
    }

    /** Adds what was read. */
    void addTo(ExactTotal total) {
        BigDecimal decimal = wide;
        if (decimal == null) {
            total.add(unscaled, scale);
        } else {
            total.add(decimal);
        }
    }

    /** Takes away what was read. */
    void subtractFrom(ExactTotal total) {
        BigDecimal decimal = wide;
        if (decimal == null && unscaled != Long.MIN_VALUE) {
            total.add(-unscaled, scale);
        } else {
            total.add(toBigDecimal().negate());
        }
    }

    /** What was read. */
    BigDecimal toBigDecimal() {
        BigDecimal decimal = wide;
        return decimal == null ? BigDecimal.valueOf(unscaled, scale) : decimal;
    }

    /** Makes the total what was read, if that is greater or the first. */
    void raise(ExactTotal total, boolean isFirst) {
        BigDecimal decimal = wide;
        if (decimal == null) {
            if (isFirst || total.isExceededBy(unscaled, scale)) {
                total.set(unscaled, scale);
            }
        } else if (isFirst || total.isExceededBy(decimal)) {
            total.set(decimal);
        }
    }
}

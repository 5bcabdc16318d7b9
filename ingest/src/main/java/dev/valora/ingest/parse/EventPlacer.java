package dev.valora.ingest.parse;

import dev.valora.ingest.DecimalText;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.Limits;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.RegisteredMeter;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.admission.Verdict;
import org.jspecify.annotations.Nullable;

/** Puts an event that was read into the batch, with its hashes, its meter and what the meter says to it. One thread; reused. */
final class EventPlacer {

    private final EventHash hash;
    private final EventRecord view = new EventRecord();
    private final DecimalText decimal = new DecimalText();

    EventPlacer(EventHash hash) {
        this.hash = hash;
    }

    /**
     * Adds the event.
     *
     * @param index of the event in the request
     * @return false when the batch holds more than a request may; it is then of no use any more
     */
    boolean place(EventDraft draft, int index, UsageBatch batch, MeterDirectory.Lookup lookup) {
        int i = draft.addTo(batch, batch.organization(), index);
        if (batch.recordsLength() > Limits.ENCODED_REQUEST_BYTES) {
            return false;
        }
        int offset = batch.recordOffset[i];
        hash.hash(batch.records, offset);
        batch.hashHigh[i] = hash.high();
        batch.hashLow[i] = hash.low();
        batch.fingerprint[i] = hash.fingerprint();
        view.wrap(batch.records, offset);
        RegisteredMeter meter =
                view.isByType() ? null : lookup.find(batch.records, view.targetOffset(), view.targetLength());
        batch.meter[i] = meter;
        batch.verdict[i] = view.isByType() ? Verdict.ACCEPTED : verdict(meter);
        return true;
    }

    /** What the meter says to the event in {@link #view}. */
    private Verdict verdict(@Nullable RegisteredMeter meter) {
        if (meter == null) {
            return Verdict.UNKNOWN_METER;
        }
        if (!meter.definition().aggregation().needsValue()) {
            return Verdict.ACCEPTED;
        }
        byte[] valueProperty = meter.valueProperty();
        if (valueProperty == null) {
            return view.hasValue() ? Verdict.ACCEPTED : Verdict.VALUE_REQUIRED;
        }
        int property = view.findProperty(valueProperty);
        if (property < 0) {
            return Verdict.VALUE_REQUIRED;
        }
        int kind = view.propertyKind(property);
        boolean isText = kind == RecordLayout.KIND_NUMBER || kind == RecordLayout.KIND_STRING;
        boolean isDecimal =
                isText && decimal.parse(view.bytes(), view.propertyText(property), view.propertyTextLength(property));
        return isDecimal ? Verdict.ACCEPTED : Verdict.INVALID_VALUE;
    }
}

package dev.valora.ingest.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.admission.Rejection;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.admission.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event that was not counted, in the words of the contract.
 *
 * @param index of the event in the request, from 0
 * @param key its idempotency key, as far as it could be read
 * @param fate {@code conflict} or {@code rejected}
 * @param pointer JSON Pointer into the request's body
 */
record UsageFailure(int index, @Nullable String key, String fate, String code, String detail, String pointer) {

    private static final String INVALID_VALUE =
            "The value this meter needs is not a decimal with at most 18 digits before and 12 after the point.";

    /** Every event of a batch whose verdicts are final that was not counted, in the order of the request. */
    static List<UsageFailure> of(UsageBatch batch, BodyForm form) {
        if (!batch.hasFailures()) {
            return List.of();
        }
        List<UsageFailure> failures = new ArrayList<>();
        for (Rejection rejection : batch.rejections()) {
            failures.add(new UsageFailure(
                    rejection.index(),
                    rejection.idempotencyKey(),
                    "rejected",
                    rejection.code(),
                    rejection.detail(),
                    rejection.pointer()));
        }
        EventRecord event = new EventRecord();
        for (int i = 0; i < batch.size(); i++) {
            if (!batch.verdict[i].isSuccess()) {
                event.wrap(batch.records, batch.recordOffset[i]);
                int index = batch.sourceIndex[i];
                failures.add(failure(batch.verdict[i], index, event, form.pointer(index)));
            }
        }
        failures.sort(Comparator.comparingInt(UsageFailure::index));
        return failures;
    }

    /** Writes the members that the contract gives a failure. */
    void describeIn(ObjectNode json) {
        json.put("index", index)
                .put("idempotency_key", key)
                .put("fate", fate)
                .put("code", code)
                .put("detail", detail)
                .put("pointer", pointer);
    }

    /** Why an event was not counted, and the member to which that is due. */
    private record Reason(String fate, String code, String detail, String member) {

        private static Reason rejected(String code, String detail, String member) {
            return new Reason("rejected", code, detail, member);
        }
    }

    private static UsageFailure failure(Verdict verdict, int index, EventRecord event, String pointer) {
        Reason reason = reason(verdict, event);
        return new UsageFailure(
                index, event.key(), reason.fate(), reason.code(), reason.detail(), pointer + "/" + reason.member());
    }

    private static Reason reason(Verdict verdict, EventRecord event) {
        return switch (verdict) {
            case ACCEPTED, DUPLICATE -> throw new IllegalArgumentException("not a failure: " + verdict);
            case CONFLICT ->
                new Reason(
                        "conflict",
                        "idempotency_conflict",
                        "This key was accepted before with other content, which stands. Use a new key for another event.",
                        "idempotency_key");
            case UNKNOWN_METER ->
                Reason.rejected(
                        "unknown_meter",
                        "There is no meter " + event.target() + ". Define it first with POST /v1/meters.",
                        "meter");
            case ARCHIVED_METER ->
                Reason.rejected(
                        "archived_meter",
                        "The meter " + event.target() + " is archived and takes no more events.",
                        "meter");
            case VALUE_REQUIRED -> Reason.rejected("value_required", "This meter needs a decimal value.", "value");
            case INVALID_VALUE -> Reason.rejected("invalid_value", INVALID_VALUE, "value");
            case TIMESTAMP_TOO_OLD ->
                Reason.rejected("timestamp_too_old", "The timestamp is older than events may be.", "timestamp");
            case TIMESTAMP_TOO_FAR_IN_FUTURE ->
                Reason.rejected(
                        "timestamp_too_far_in_future",
                        "The timestamp lies further ahead of the server's clock than events may.",
                        "timestamp");
        };
    }
}

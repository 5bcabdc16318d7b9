package dev.valora.ingest.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.Json;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Reply;
import dev.valora.ingest.admission.Rejection;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.admission.Verdict;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns the fates of a batch into the answer that the contract gives them. */
final class UsageAnswer {

    private static final byte[] ONE_ACCEPTED = okJson(1, 0).getBytes(US_ASCII);
    private static final int MULTI_STATUS = 207;

    /** One event that was not counted. */
    private record Failure(int index, @Nullable String key, String fate, String code, String detail, String pointer) {}

    private UsageAnswer() {}

    /** Answers a batch whose verdicts are final. */
    static void write(Exchange exchange, UsageBatch batch, BodyForm form) {
        if (!batch.hasFailures()) {
            exchange.ok(ok(batch.accepted(), batch.duplicates()));
            return;
        }
        List<Failure> failures = failures(batch, form);
        if (form == BodyForm.SINGLE) {
            exchange.refuse(single(failures.getFirst(), batch, failures));
        } else if (batch.isAtomic()) {
            exchange.refuse(problem(
                    ProblemKind.INVALID,
                    "atomic_rejected",
                    failures.size() + " events failed, so none was accepted; see failures.",
                    counts(batch, failures)));
        } else if (batch.accepted() + batch.duplicates() == 0) {
            exchange.refuse(problem(
                    ProblemKind.INVALID,
                    "events_rejected",
                    "None of the " + failures.size() + " events was accepted; see failures.",
                    counts(batch, failures)));
        } else {
            exchange.reply(Reply.json(MULTI_STATUS, counts(batch, failures)));
        }
    }

    private static Buffer ok(int accepted, int duplicates) {
        return accepted == 1 && duplicates == 0
                ? Buffer.buffer(ONE_ACCEPTED)
                : Buffer.buffer(okJson(accepted, duplicates));
    }

    private static String okJson(int accepted, int duplicates) {
        return "{\"accepted\":" + accepted + ",\"duplicates\":" + duplicates + "}";
    }

    private static Problem single(Failure failure, UsageBatch batch, List<Failure> failures) {
        ProblemKind kind = failure.fate().equals("conflict") ? ProblemKind.CONFLICT : ProblemKind.INVALID;
        return problem(kind, failure.code(), failure.detail(), counts(batch, failures));
    }

    private static Problem problem(ProblemKind kind, String code, String detail, ObjectNode members) {
        return new Problem(kind, code, detail, List.of(), members, Map.of());
    }

    private static ObjectNode counts(UsageBatch batch, List<Failure> failures) {
        int conflicts = 0;
        ArrayNode list = Json.array();
        for (Failure failure : failures) {
            conflicts += failure.fate().equals("conflict") ? 1 : 0;
            list.addObject()
                    .put("index", failure.index())
                    .put("idempotency_key", failure.key())
                    .put("fate", failure.fate())
                    .put("code", failure.code())
                    .put("detail", failure.detail())
                    .put("pointer", failure.pointer());
        }
        return Json.object()
                .put("accepted", batch.accepted())
                .put("duplicates", batch.duplicates())
                .put("conflicts", conflicts)
                .put("rejected", failures.size() - conflicts)
                .set("failures", list);
    }

    private static List<Failure> failures(UsageBatch batch, BodyForm form) {
        List<Failure> failures = new ArrayList<>();
        for (Rejection rejection : batch.rejections()) {
            failures.add(new Failure(
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
        failures.sort(Comparator.comparingInt(Failure::index));
        return failures;
    }

    private static Failure failure(Verdict verdict, int index, EventRecord event, String pointer) {
        String key = event.key();
        return switch (verdict) {
            case ACCEPTED, DUPLICATE -> throw new IllegalArgumentException("not a failure: " + verdict);
            case CONFLICT ->
                new Failure(
                        index,
                        key,
                        "conflict",
                        "idempotency_conflict",
                        "This key was accepted before with other content, which stands. Use a new key for another event.",
                        pointer + "/idempotency_key");
            case UNKNOWN_METER ->
                rejected(
                        index,
                        key,
                        "unknown_meter",
                        "There is no meter " + event.target() + ". Define it first with POST /v1/meters.",
                        pointer + "/meter");
            case ARCHIVED_METER ->
                rejected(
                        index,
                        key,
                        "archived_meter",
                        "The meter " + event.target() + " is archived and takes no more events.",
                        pointer + "/meter");
            case VALUE_REQUIRED ->
                rejected(index, key, "value_required", "This meter needs a decimal value.", pointer + "/value");
            case INVALID_VALUE ->
                rejected(
                        index,
                        key,
                        "invalid_value",
                        "The value this meter needs is not a decimal with at most 18 digits before and 12 after the point.",
                        pointer + "/value");
            case TIMESTAMP_TOO_OLD ->
                rejected(
                        index,
                        key,
                        "timestamp_too_old",
                        "The timestamp is older than events may be.",
                        pointer + "/timestamp");
            case TIMESTAMP_TOO_FAR_IN_FUTURE ->
                rejected(
                        index,
                        key,
                        "timestamp_too_far_in_future",
                        "The timestamp lies further ahead of the server's clock than events may.",
                        pointer + "/timestamp");
        };
    }

    private static Failure rejected(int index, String key, String code, String detail, String pointer) {
        return new Failure(index, key, "rejected", code, detail, pointer);
    }
}

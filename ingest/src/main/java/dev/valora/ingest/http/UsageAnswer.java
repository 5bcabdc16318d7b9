package dev.valora.ingest.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.FieldProblem;
import dev.valora.ingest.Json;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Reply;
import dev.valora.ingest.admission.UsageBatch;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;

/** Turns the fates of a batch into the answer that the contract gives them. */
final class UsageAnswer {

    private static final byte[] ONE_ACCEPTED = okJson(1, 0).getBytes(US_ASCII);
    private static final int MULTI_STATUS = 207;

    private UsageAnswer() {}

    /**
     * Answers a batch whose verdicts are final.
     *
     * @param failures of the batch, all of them
     */
    static void write(Exchange exchange, UsageBatch batch, BodyForm form, List<UsageFailure> failures) {
        if (failures.isEmpty()) {
            exchange.ok(ok(batch.accepted(), batch.duplicates()));
        } else if (form == BodyForm.SINGLE) {
            exchange.refuse(single(failures.getFirst(), batch, failures));
        } else if (batch.isAtomic()) {
            exchange.refuse(problem(
                    ProblemKind.INVALID,
                    "atomic_rejected",
                    failures.size() + " events failed, so none was accepted; see failures.",
                    batch,
                    failures));
        } else if (batch.accepted() + batch.duplicates() == 0) {
            exchange.refuse(problem(
                    ProblemKind.INVALID,
                    "events_rejected",
                    "None of the " + failures.size() + " events was accepted; see failures.",
                    batch,
                    failures));
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

    private static Problem single(UsageFailure failure, UsageBatch batch, List<UsageFailure> failures) {
        ProblemKind kind = failure.fate().equals("conflict") ? ProblemKind.CONFLICT : ProblemKind.INVALID;
        return problem(kind, failure.code(), failure.detail(), batch, failures);
    }

    /** Failures are told twice: as the contract tells those of usage, and as it tells what is wrong with any body. */
    private static Problem problem(
            ProblemKind kind, String code, String detail, UsageBatch batch, List<UsageFailure> failures) {
        List<FieldProblem> errors = failures.stream()
                .map(failure -> new FieldProblem(failure.pointer(), failure.code(), failure.detail()))
                .toList();
        return new Problem(kind, code, detail, errors, counts(batch, failures), Map.of());
    }

    private static ObjectNode counts(UsageBatch batch, List<UsageFailure> failures) {
        int conflicts = 0;
        ArrayNode list = Json.array();
        for (UsageFailure failure : failures) {
            conflicts += failure.fate().equals("conflict") ? 1 : 0;
            failure.describeIn(list.addObject());
        }
        return Json.object()
                .put("accepted", batch.accepted())
                .put("duplicates", batch.duplicates())
                .put("conflicts", conflicts)
                .put("rejected", failures.size() - conflicts)
                .set("failures", list);
    }
}

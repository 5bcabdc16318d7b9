package dev.valora.billing.offering;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What products, prices and plans have in common: a code, and a life that ends in the archive. */
final class Offering {

    static final int NAME_LENGTH = 255;

    private Offering() {}

    static ObjectNode putLife(ObjectNode json, Instant createdAt, @Nullable Instant archivedAt) {
        return json.put("status", archivedAt == null ? "active" : "archived")
                .put("created_at", createdAt.toString())
                .put("archived_at", archivedAt == null ? null : archivedAt.toString());
    }

    static ProblemException codeTaken(String what, String code) {
        return new ProblemException(Problem.of(
                ProblemKind.CONFLICT,
                what + "_code_taken",
                "There is a " + what + " " + code + " already; choose another code."));
    }

    static ProblemException notFound(String what, String code) {
        return new ProblemException(Problem.notFound(what, code));
    }
}

package dev.valora.ingest.http;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.IdempotentReplies;
import dev.valora.ingest.Json;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of a route, with {@code Idempotency-Key} where it was sent. Runs on a virtual thread.
 *
 * <p>Kept and replayed is every answer that the handler gave, refusals among them, but for those that a later attempt may
 * mend: 429 and 5xx give the key back.
 */
final class RouteCall {

    private static final Logger LOG = LoggerFactory.getLogger(RouteCall.class);
    private static final String REPLAYED = "Idempotency-Replayed";
    private static final int KEY_LENGTH = 255;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERRORS = 500;

    private final RouteTable.Endpoint endpoint;
    private final Head head;
    private final IdempotentReplies replies;

    /**
     * A request before its body was read.
     *
     * @param request without a body
     * @param target path and query as sent
     * @param keys every {@code Idempotency-Key} that was sent
     * @param body as sent; empty when there was none
     */
    record Head(ApiRequest request, String target, List<String> keys, Buffer body) {}

    RouteCall(RouteTable.Endpoint endpoint, Head head, IdempotentReplies replies) {
        this.endpoint = endpoint;
        this.head = head;
        this.replies = replies;
    }

    /** Calls the handler and answers whatever becomes of it. Never throws. */
    Reply run() {
        try {
            ApiRequest request = withBody();
            return isReplayable() ? runOnce(key(), request) : handle(request);
        } catch (ProblemException refused) {
            return refused.problem().toReply(head.request().id());
        } catch (RuntimeException | Error failure) {
            return failed(failure);
        }
    }

    private boolean isReplayable() {
        Route route = endpoint.route();
        return route.verb() == HttpVerb.POST && !head.keys().isEmpty() && !(route.access() instanceof Access.Public);
    }

    private String key() {
        String key = head.keys().getFirst();
        boolean visible = key.chars().allMatch(c -> c > ' ' && c < 0x7F);
        if (head.keys().size() > 1 || key.isEmpty() || key.length() > KEY_LENGTH || !visible) {
            throw new ProblemException(Problems.malformed(
                    "invalid_idempotency_key", "Send one Idempotency-Key of 1 to 255 visible ASCII characters."));
        }
        return key;
    }

    private Reply runOnce(String key, ApiRequest request) {
        var organization = request.caller().organization();
        return switch (replies.claim(organization, key, requestHash())) {
            case IdempotentReplies.Claim.First first -> {
                Reply reply = handle(request);
                remember(key, request, reply);
                yield reply;
            }
            case IdempotentReplies.Claim.Answered answered -> answered.reply().withHeader(REPLAYED, "true");
            case IdempotentReplies.Claim.Reused reused ->
                throw conflict(
                        "idempotency_key_reused",
                        "Another request used this Idempotency-Key. Use a new one for this one.");
            case IdempotentReplies.Claim.InProgress working ->
                throw conflict(
                        "idempotency_key_in_progress",
                        "The first request with this Idempotency-Key has not ended. Try again in a moment.");
        };
    }

    /** The work is done and its answer true, so a failure to remember it is told to the operator, not to the caller. */
    private void remember(String key, ApiRequest request, Reply reply) {
        var organization = request.caller().organization();
        try {
            if (reply.status() < SERVER_ERRORS && reply.status() != TOO_MANY_REQUESTS) {
                replies.keep(organization, key, reply);
            } else {
                replies.release(organization, key);
            }
        } catch (RuntimeException failure) {
            LOG.warn("request {} ({}): its Idempotency-Key stays in progress", request.id(), endpoint.name(), failure);
        }
    }

    private Reply handle(ApiRequest request) {
        try {
            return endpoint.route().handler().handle(request);
        } catch (ProblemException refused) {
            return refused.problem().toReply(request.id());
        } catch (RuntimeException | Error failure) {
            return failed(failure);
        }
    }

    private Reply failed(Throwable failure) {
        String id = head.request().id();
        if (failure instanceof DatabaseException database && database.isUnavailable()) {
            LOG.warn("request {} ({}): PostgreSQL is away: {}", id, endpoint.name(), database.getMessage());
            return Problems.databaseUnavailable().toReply(id);
        }
        LOG.error("request {} ({}) failed", id, endpoint.name(), failure);
        return Problems.internal().toReply(id);
    }

    private ApiRequest withBody() {
        ApiRequest bare = head.request();
        return new ApiRequest(
                bare.id(), bare.caller(), bare.path(), bare.pathParameters(), bare.query(), bare.headers(), body());
    }

    private @Nullable ObjectNode body() {
        if (head.body().length() == 0) {
            return null;
        }
        JsonNode node;
        try {
            node = Json.read(head.body().getBytes());
        } catch (JsonProcessingException malformed) {
            JsonLocation at = malformed.getLocation();
            int line = at == null ? 1 : at.getLineNr();
            int column = at == null ? 1 : at.getColumnNr();
            throw new ProblemException(Problem.malformedJson(line, column, malformed.getOriginalMessage()));
        } catch (IOException malformed) {
            // Jackson reports bad UTF-8 in this way, without a place.
            throw new ProblemException(Problem.malformedJson(1, 1, String.valueOf(malformed.getMessage())));
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new ProblemException(Problems.malformed("object_required", "Send a JSON object."));
    }

    private String requestHash() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update((endpoint.route().verb() + " " + head.target() + "\n").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha.digest(head.body().getBytes()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static ProblemException conflict(String code, String detail) {
        return new ProblemException(Problem.of(ProblemKind.CONFLICT, code, detail));
    }
}

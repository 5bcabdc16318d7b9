package dev.valora.ingest.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Ids;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import dev.valora.ingest.Timestamps;
import dev.valora.ingest.WallClock;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /v1/api_keys}: an organization's own keys. */
public final class ApiKeyRoutes {

    private static final int NAME_LENGTH = 255;
    private static final int SCOPE_LENGTH = 64;

    /** The end of what RFC 3339 can write. */
    private static final Instant LAST_EXPIRY = Instant.parse("9999-12-31T23:59:59Z");

    private final ApiKeyStore keys;
    private final KeyRing keyRing;
    private final WallClock clock;

    public ApiKeyRoutes(Database database, KeyRing keyRing, WallClock clock) {
        this.keys = new ApiKeyStore(database);
        this.keyRing = keyRing;
        this.clock = clock;
    }

    /** To be served. */
    public List<Route> routes() {
        Access admin = Access.anyOf(Scope.ADMIN);
        return List.of(
                new Route(HttpVerb.POST, "/v1/api_keys", admin, this::create),
                new Route(HttpVerb.GET, "/v1/api_keys", admin, this::list),
                new Route(HttpVerb.DELETE, "/v1/api_keys/{id}", admin, this::revoke));
    }

    private Reply create(ApiRequest request) {
        Instant now = Timestamps.now(clock);
        JsonFields fields = request.fields();
        String name = fields.requiredText("name", NAME_LENGTH);
        Set<Scope> scopes = scopes(fields, request);
        Optional<Instant> expiresAt = fields.instant("expires_at");
        if (expiresAt
                .filter(expiry -> !expiry.isAfter(now) || expiry.isAfter(LAST_EXPIRY))
                .isPresent()) {
            fields.problem("expires_at", "invalid_timestamp", "Must be in the future, before the year 10000.");
        }
        fields.check();
        KeySecret secret = KeySecret.random();
        ApiKey key = ApiKey.create(request.organization(), name, scopes, now, expiresAt.orElse(null), secret);
        keys.insert(key, secret);
        return Reply.created(key.toJson().put("secret", secret.text()));
    }

    private Reply list(ApiRequest request) {
        Page page = Page.of(request.query());
        request.query().check(Page.PARAMETERS);
        List<ApiKeyStore.Listed> rows = keys.list(request.organization(), page);
        return Reply.ok(page.reply(
                rows, ApiKeyStore.Listed::number, listed -> listed.key().toJson()));
    }

    private Reply revoke(ApiRequest request) {
        String id = request.pathParameter("id");
        UUID keyId = Ids.parse(id).orElseThrow(() -> notFound(id));
        OrganizationId organization = request.organization();
        try {
            if (!keys.revoke(organization, keyId, Timestamps.now(clock))) {
                throw notFound(id);
            }
        } catch (DatabaseException unknownOutcome) {
            keyRing.forget(keyId);
            throw unknownOutcome;
        }
        keyRing.forget(keyId);
        return Reply.noContent();
    }

    private static ProblemException notFound(String id) {
        return new ProblemException(Problem.notFound("API key", id));
    }

    private static Set<Scope> scopes(JsonFields fields, ApiRequest request) {
        List<String> names = fields.texts("scopes", Scope.values().length, SCOPE_LENGTH);
        JsonNode sent = body(request).orElse(null);
        if (!fields.has("scopes")) {
            fields.problem("scopes", "missing_field", "This field is required.");
        } else if (sent instanceof ArrayNode array && array.isEmpty()) {
            fields.problem("scopes", "invalid_field", "Name at least one scope.");
        } else if (sent instanceof ArrayNode array) {
            refuseUnknown(fields, array);
        }
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        names.forEach(name -> Scope.ofWireName(name).ifPresent(scopes::add));
        return scopes;
    }

    private static Optional<JsonNode> body(ApiRequest request) {
        @Nullable JsonNode body = request.body();
        return Optional.ofNullable(body).map(object -> object.get("scopes"));
    }

    private static void refuseUnknown(JsonFields fields, ArrayNode sent) {
        for (int i = 0; i < sent.size(); i++) {
            JsonNode name = sent.get(i);
            if (name.isTextual() && Scope.ofWireName(name.textValue()).isEmpty()) {
                fields.problem(
                        "scopes/" + i,
                        "invalid_choice",
                        "Use one of: "
                                + Arrays.stream(Scope.values())
                                        .map(Scope::wireName)
                                        .collect(Collectors.joining(", "))
                                + ".");
            }
        }
    }
}

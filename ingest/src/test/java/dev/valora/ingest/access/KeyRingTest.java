package dev.valora.ingest.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.Caller;
import dev.valora.ingest.Calls;
import dev.valora.ingest.DatabaseProxy;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Scope;
import dev.valora.ingest.TestDatabase;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys over their life, with a turned clock and a PostgreSQL that can be cut off. Confirmations run on the test's thread. */
final class KeyRingTest {

    private static final TestDatabase TEST = TestDatabase.create("access");
    private static final DatabaseProxy PROXY = new DatabaseProxy(TEST.port());
    private static final PgDatabase DATABASE = PgDatabase.open(
            TEST.vertx(),
            new PgDatabase.Settings(PROXY.through(TEST.url()), 2, 2, Duration.ofSeconds(2), Duration.ofSeconds(2)));
    private static final String OPERATOR_KEY = "the-operators-key";

    private final AtomicLong wallMicros = new AtomicLong(1_767_225_600_000_000L);
    private final AtomicLong tickerNanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final KeyRing keyRing = new KeyRing(
            DATABASE,
            OPERATOR_KEY,
            wallMicros::get,
            tickerNanos::get,
            new KeyRing.Workings(Runnable::run, KeyRing.KNOWN_KEYS));
    private Calls own = Calls.asOperator(List.of());
    private String header = "";
    private String keyId = "";

    @BeforeEach
    void createOrganization() {
        OrganizationRoutes organizations =
                new OrganizationRoutes(new OrganizationStore(TEST.database()), wallMicros::get);
        JsonNode created = Calls.asOperator(organizations.routes())
                .post("/v1/organizations", "{'name':'x','currency':'EUR','timezone':'UTC'}");
        OrganizationId organization =
                OrganizationId.parse(created.get("id").textValue()).orElseThrow();
        own = new Calls(new ApiKeyRoutes(DATABASE, keyRing, wallMicros::get).routes(), organization);
        header = "Bearer " + created.get("api_key").get("secret").textValue();
        keyId = created.get("api_key").get("id").textValue();
    }

    @AfterEach
    void restore() {
        PROXY.restore();
    }

    @AfterAll
    static void closeDatabase() {
        DATABASE.close();
        PROXY.close();
        TEST.close();
    }

    @Test
    void shouldKnowTheOperatorWithoutPostgresql() {
        PROXY.cut();
        Caller operator = keyRing.authenticate("Bearer " + OPERATOR_KEY);
        assertNull(operator.organization());
        assertEquals(Set.of(), operator.scopes());
        assertEquals("operator", operator.actor());
    }

    @Test
    void shouldKnowAKeyOnceItWasLookedUp() {
        assertNull(keyRing.known(header));

        Caller caller = keyRing.authenticate(header);

        assertEquals(own.organization(), caller.organization());
        assertEquals(EnumSet.allOf(Scope.class), caller.scopes());
        assertTrue(caller.confirmed());
        assertTrue(caller.actor().startsWith("key:vk_"), caller.actor());
        assertEquals(caller, keyRing.known(header));
    }

    @Test
    void shouldTakeTheSchemeInAnyCase() {
        assertEquals(
                own.organization(),
                keyRing.authenticate(header.replace("Bearer ", "bearer ")).organization());
    }

    @Test
    void shouldConfirmAHotKeyAheadSoThatItNeverNeedsToBeLookedUpAgain() {
        keyRing.authenticate(header);
        for (int i = 0; i < 20; i++) {
            turn(300);
            assertNotNull(keyRing.known(header));
        }
    }

    @Test
    void shouldLookAKeyUpAgainThatNobodyUsedForASecond() {
        keyRing.authenticate(header);
        turn(1_001);
        revokeBehindTheServersBack();
        assertRefused(header);
    }

    @Test
    void shouldRefuseAKeyWithinASecondOfItsRevocationElsewhere() {
        keyRing.authenticate(header);
        revokeBehindTheServersBack();

        turn(500);
        assertNotNull(keyRing.known(header));
        turn(501);
        assertNull(keyRing.known(header));
        assertRefused(header);
    }

    @Test
    void shouldRefuseAKeyAtOnceWhenItIsRevokedHere() {
        keyRing.authenticate(header);
        assertEquals(
                204, own.call(HttpVerb.DELETE, "/v1/api_keys/" + keyId, null).status());
        assertNull(keyRing.known(header));
        assertRefused(header);
    }

    @Test
    void shouldJudgeExpiryByTheWallClock() {
        JsonNode created = own.post(
                "/v1/api_keys", "{'name':'short','scopes':['usage:write'],'expires_at':'2026-01-01T01:30:00+01:00'}");
        String expiring = "Bearer " + created.get("secret").textValue();
        assertEquals(Set.of(Scope.USAGE_WRITE), keyRing.authenticate(expiring).scopes());

        wallMicros.addAndGet(TimeUnit.MINUTES.toMicros(30) - 1);
        assertNotNull(keyRing.known(expiring));
        wallMicros.addAndGet(1);
        assertNull(keyRing.known(expiring));
        assertRefused(expiring);
        assertRefused(expiring);
    }

    @Test
    void shouldLetKnownKeysOnlyWriteUsageForAnHourWhilePostgresqlIsAway() {
        keyRing.authenticate(header);
        PROXY.cut();

        turn(900);
        assertConfirmed(true, keyRing.known(header));
        turn(101);
        Caller degraded = Objects.requireNonNull(keyRing.known(header));
        assertConfirmed(false, degraded);
        assertEquals(Set.of(Scope.USAGE_WRITE), degraded.scopes());
        assertEquals(degraded, keyRing.authenticate(header));

        turn(TimeUnit.MINUTES.toMillis(60) - 1_001);
        assertConfirmed(false, keyRing.known(header));
        turn(1);
        assertNull(keyRing.known(header));
        assertUnavailable(header);

        PROXY.restore();
        turn(500);
        assertConfirmed(true, keyRing.authenticate(header));
    }

    @Test
    void shouldLearnOfARevocationDuringTheOutageOnceItIsOver() {
        keyRing.authenticate(header);
        PROXY.cut();
        turn(2_000);
        assertConfirmed(false, keyRing.authenticate(header));
        revokeBehindTheServersBack();
        PROXY.restore();

        turn(500);
        keyRing.known(header);

        assertNull(keyRing.known(header));
        assertRefused(header);
    }

    @Test
    void shouldAnswerUnavailableForUnknownKeysWhilePostgresqlIsAway() {
        PROXY.cut();
        assertUnavailable(header);
        assertUnavailable("Bearer " + KeySecret.random().text());
    }

    @Test
    void shouldAnswerUnavailableForAKeyThatMayNotWriteUsageWhilePostgresqlIsAway() {
        JsonNode created = own.post("/v1/api_keys", "{'name':'reader','scopes':['usage:read']}");
        String reader = "Bearer " + created.get("secret").textValue();
        keyRing.authenticate(reader);
        PROXY.cut();
        turn(1_001);
        assertNull(keyRing.known(reader));
        assertUnavailable(reader);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer x",
                "Basic dTpw",
                "vk_",
                "Bearer vk_short",
                "Bearer vk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
                "Bearer vk_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void shouldRefuseMalformedKeysWithoutPostgresql(String malformed) {
        PROXY.cut();
        assertNull(keyRing.known(malformed));
        assertRefused(malformed);
    }

    @Test
    void shouldAskForAKeyWhenNoneIsSent() {
        Problem problem = refusal(null);
        assertEquals("api_key_required", problem.code());
        assertEquals("Bearer", problem.headers().get("WWW-Authenticate"));
    }

    @Test
    void shouldRememberThatAKeyIsUnknownWithoutKeepingIt() {
        String stranger = "Bearer " + KeySecret.random().text();
        assertRefused(stranger);
        assertEquals(0, keyRing.knownKeys());
        PROXY.cut();
        assertRefused(stranger);
    }

    @Test
    void shouldStayBoundedAndKeepWhatIsInUse() {
        int more = 50;
        UUID organization = Objects.requireNonNull(own.organization()).value();
        TEST.database()
                .inOrganization(
                        new OrganizationId(organization),
                        transaction -> transaction.execute(
                                "INSERT INTO access.api_keys (organization_id, key_id, name, prefix, secret_sha256, scopes, created_at)"
                                        + " SELECT $1, gen_random_uuid(), 'x', 'vk_12345678',"
                                        + " sha256(convert_to('vk_' || lpad(n::text, 43, '0'), 'UTF8')), '{admin}', now()"
                                        + " FROM generate_series(1, " + more + ") n",
                                Tuple.of(organization)));
        KeyRing small = new KeyRing(
                DATABASE, OPERATOR_KEY, wallMicros::get, tickerNanos::get, new KeyRing.Workings(Runnable::run, 10));
        small.authenticate(header);
        for (int i = 1; i <= more; i++) {
            turn(150);
            small.known(header);
            small.authenticate(
                    "Bearer vk_" + "0".repeat(43 - Integer.toString(i).length()) + i);
            assertTrue(small.knownKeys() <= 10);
        }
        assertNotNull(small.known(header));
    }

    @Test
    void shouldShowAndListKeysWithoutTheirSecrets() throws SQLException {
        JsonNode created = own.post(
                "/v1/api_keys",
                "{'name':'Billing','scopes':['billing:write','billing:read'],'expires_at':'2027-01-01T00:00:00Z'}");
        String secret = created.get("secret").textValue();

        JsonNode listed = own.get("/v1/api_keys").get("data");
        assertEquals(2, listed.size());
        assertEquals(
                "{\"id\":\"" + created.get("id").textValue() + "\",\"name\":\"Billing\",\"prefix\":\""
                        + secret.substring(0, 11)
                        + "\",\"scopes\":[\"billing:read\",\"billing:write\"],\"created_at\":\"2026-01-01T00:00:00Z\","
                        + "\"expires_at\":\"2027-01-01T00:00:00Z\",\"revoked_at\":null}",
                listed.get(1).toString());
        try (Connection superuser = TEST.superuser();
                Statement statement = superuser.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM access.api_keys k WHERE position('"
                        + secret.substring(11) + "' IN k::text) > 0")) {
            assertTrue(row.next());
            assertEquals(0, row.getInt(1));
        }
    }

    @Test
    void shouldRevokeForEverAndOnlyOnesOwn() {
        assertEquals(
                204, own.call(HttpVerb.DELETE, "/v1/api_keys/" + keyId, null).status());
        String revokedAt =
                own.get("/v1/api_keys").get("data").get(0).get("revoked_at").textValue();
        wallMicros.addAndGet(1_000_000);
        assertEquals(
                204, own.call(HttpVerb.DELETE, "/v1/api_keys/" + keyId, null).status());
        assertEquals(
                revokedAt,
                own.get("/v1/api_keys").get("data").get(0).get("revoked_at").textValue());

        Calls other = new Calls(own.routes(), new OrganizationId(UUID.randomUUID()));
        for (String id : List.of(keyId, UUID.randomUUID().toString(), "x")) {
            assertEquals(
                    ProblemKind.NOT_FOUND,
                    other.problem(HttpVerb.DELETE, "/v1/api_keys/" + id, null).kind());
        }
    }

    @Test
    void shouldTellEveryFieldProblemOfAKeyAtOnce() {
        assertEquals(
                List.of(
                        "/expires_at invalid_timestamp",
                        "/name invalid_field",
                        "/scopes/0 invalid_choice",
                        "/scopes/1 invalid_field",
                        "/secret unknown_field"),
                own.fieldProblems(
                        HttpVerb.POST,
                        "/v1/api_keys",
                        "{'name':'','scopes':['root',1,'admin'],'expires_at':'2025-12-31T23:59:59Z','secret':'mine'}"));
        assertEquals(
                List.of("/name missing_field", "/scopes missing_field"),
                own.fieldProblems(HttpVerb.POST, "/v1/api_keys", "{}"));
        assertEquals(
                List.of("/scopes invalid_field"),
                own.fieldProblems(HttpVerb.POST, "/v1/api_keys", "{'name':'x','scopes':[]}"));
    }

    @Test
    void shouldNotShowASecretInLogs() {
        KeySecret secret = KeySecret.random();
        assertFalse(secret.toString().contains(secret.text().substring(11)));
    }

    private void turn(long millis) {
        tickerNanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void revokeBehindTheServersBack() {
        try (Connection superuser = TEST.superuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("UPDATE access.api_keys SET revoked_at = now() WHERE key_id = '" + keyId + "'");
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void assertConfirmed(boolean confirmed, @Nullable Caller caller) {
        assertNotNull(caller);
        assertEquals(confirmed, caller.confirmed());
    }

    private Problem refusal(@Nullable String authorization) {
        return assertThrows(ProblemException.class, () -> keyRing.authenticate(authorization))
                .problem();
    }

    private void assertRefused(String authorization) {
        Problem problem = refusal(authorization);
        assertEquals(ProblemKind.UNAUTHENTICATED, problem.kind());
        assertEquals("invalid_api_key", problem.code());
    }

    private void assertUnavailable(String authorization) {
        Problem problem = refusal(authorization);
        assertEquals(ProblemKind.UNAVAILABLE, problem.kind());
        assertTrue(problem.headers().containsKey("Retry-After"));
    }
}

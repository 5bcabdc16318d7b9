package dev.valora.ingest.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.Calls;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.DatabaseProxy;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.MeterJournal;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Position;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.RegisteredMeter;
import dev.valora.ingest.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MeterRoutesTest {

    private static final TestDatabase TEST = TestDatabase.create("access");
    private static final DatabaseProxy PROXY = new DatabaseProxy(TEST.port());
    private static final PgDatabase DATABASE = PgDatabase.open(
            TEST.vertx(),
            new PgDatabase.Settings(PROXY.through(TEST.url()), 2, 2, Duration.ofSeconds(2), Duration.ofSeconds(2)));

    private final AtomicLong wallMicros = new AtomicLong(1_767_225_600_000_000L);
    private final MeterDirectory directory = new MeterDirectory();
    private final Ledger ledger = new Ledger(directory);
    private final MeterRoutes routes = new MeterRoutes(
            DATABASE,
            new OrganizationStore(DATABASE),
            new MeterRoutes.Parts(directory, ledger, ledger, wallMicros::get));
    private Calls own = Calls.asOperator(List.of());

    /** A journal in memory whose entries are applied at once, unless told otherwise. */
    private static final class Ledger implements MeterJournal, AppliedUsage {
        private final MeterDirectory directory;
        private final List<Long> awaited = new ArrayList<>();
        private long sequence;
        private long applied = Long.MAX_VALUE;
        private Runnable afterDefine = () -> {};

        private Ledger(MeterDirectory directory) {
            this.directory = directory;
        }

        @Override
        public CompletionStage<Definition> define(MeterDefinition meter) {
            if (directory.find(meter.organization(), meter.code()) != null) {
                return CompletableFuture.completedFuture(new Definition.CodeTaken());
            }
            sequence++;
            directory.define(meter, Position.pack(sequence, 0));
            afterDefine.run();
            return CompletableFuture.completedFuture(new Definition.Defined(sequence));
        }

        @Override
        public CompletionStage<Archiving> archive(OrganizationId organization, String code) {
            RegisteredMeter meter = directory.find(organization, code);
            if (meter == null) {
                return CompletableFuture.completedFuture(new Archiving.NoSuchMeter());
            }
            if (meter.isArchived()) {
                return CompletableFuture.completedFuture(new Archiving.AlreadyArchived());
            }
            sequence++;
            directory.archive(organization, code, Position.pack(sequence, 0));
            return CompletableFuture.completedFuture(new Archiving.Archived(sequence));
        }

        @Override
        public long appliedSequence() {
            return Math.min(sequence, applied);
        }

        @Override
        public Instant appliedThrough() {
            return Instant.EPOCH;
        }

        @Override
        public boolean awaitApplied(long wanted, Duration atMost) {
            awaited.add(wanted);
            return wanted <= applied;
        }
    }

    @BeforeEach
    void createOrganization() {
        own = new Calls(routes.routes(), organization("Asia/Kolkata"));
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
    void shouldAnswerOnceTheDefinitionIsJournaledAndApplied() {
        JsonNode created = own.post(
                "/v1/meters",
                "{'code':'gb_stored','name':'Storage','aggregation':'max','event_type':'storage','value_property':'gb',"
                        + "'dimensions':['region','tier'],'unit':'GB'}");

        assertEquals(
                "{\"code\":\"gb_stored\",\"name\":\"Storage\",\"aggregation\":\"max\",\"event_type\":\"storage\","
                        + "\"value_property\":\"gb\",\"dimensions\":[\"region\",\"tier\"],\"unit\":\"GB\","
                        + "\"status\":\"active\",\"created_at\":\"2026-01-01T00:00:00Z\",\"archived_at\":null}",
                created.toString());
        assertEquals(
                new MeterDefinition(
                        organization(), "gb_stored", Aggregation.MAX, "storage", "gb", List.of("region", "tier"), 15),
                registered("gb_stored").definition());
        assertEquals(List.of(1L), ledger.awaited);
        assertEquals(created, own.get("/v1/meters/gb_stored"));
    }

    @Test
    void shouldTakeTheCodeForTheEventType() {
        JsonNode created = own.post("/v1/meters", "{'code':'calls','aggregation':'count'}");
        assertEquals("calls", created.get("event_type").textValue());
        assertTrue(created.get("name").isNull());
        assertEquals("[]", created.get("dimensions").toString());
    }

    @Test
    void shouldTellEveryFieldProblemAtOnce() {
        assertEquals(
                List.of(
                        "/aggregation invalid_choice",
                        "/code invalid_code",
                        "/dimensions invalid_field",
                        "/dimensions invalid_field",
                        "/event_type invalid_field",
                        "/filter unknown_field",
                        "/name too_long",
                        "/time_unit invalid_field",
                        "/unit invalid_field"),
                own.fieldProblems(
                        HttpVerb.POST,
                        "/v1/meters",
                        "{'code':'Bad Code','aggregation':'median','event_type':'','name':'" + "x".repeat(256)
                                + "','dimensions':['a','a','b,c'],'unit':7,'time_unit':'hour','filter':{}}"));
        assertEquals(
                List.of("/aggregation missing_field", "/code missing_field"),
                own.fieldProblems(HttpVerb.POST, "/v1/meters", "{}"));
        assertEquals(
                List.of("/value_property invalid_field"),
                own.fieldProblems(
                        HttpVerb.POST, "/v1/meters", "{'code':'c','aggregation':'count','value_property':'v'}"));
        assertEquals(0, ledger.sequence);
    }

    @ParameterizedTest
    @CsvSource({"min", "latest", "unique_count", "time_weighted_sum"})
    void shouldRefuseWhatIsNotComputedYet(String aggregation) {
        Problem problem = own.problem(
                HttpVerb.POST, "/v1/meters", "{'code':'m','aggregation':'" + aggregation + "','value_property':'v'}");
        assertEquals(ProblemKind.INVALID, problem.kind());
        assertEquals("unsupported_aggregation", problem.code());
        assertEquals("/aggregation", problem.errors().getFirst().pointer());
        assertEquals(0, ledger.sequence);
    }

    @Test
    void shouldKeepACodeTakenForEver() {
        own.post("/v1/meters", "{'code':'calls','aggregation':'count'}");
        assertTaken("{'code':'calls','aggregation':'count'}");
        own.call(HttpVerb.POST, "/v1/meters/calls/archive", null);
        assertTaken("{'code':'calls','aggregation':'sum'}");

        Calls other = new Calls(routes.routes(), organization("UTC"));
        assertEquals(
                "sum",
                other.post("/v1/meters", "{'code':'calls','aggregation':'sum'}")
                        .get("aggregation")
                        .textValue());
    }

    @Test
    void shouldJournalNothingWhilePostgresqlIsAway() {
        PROXY.cut();
        assertThrows(DatabaseException.class, () -> own.post("/v1/meters", "{'code':'calls','aggregation':'count'}"));
        assertEquals(0, ledger.sequence);
    }

    @Test
    void shouldGoOnWhereARequestWasCutOffBehindTheJournal() {
        ledger.afterDefine = PROXY::cut;
        String body = "{'code':'calls','name':'Calls','aggregation':'sum'}";
        assertThrows(DatabaseException.class, () -> own.post("/v1/meters", body));
        PROXY.restore();

        JsonNode created = own.post("/v1/meters", body);

        assertEquals("Calls", created.get("name").textValue());
        assertEquals(List.of(1L, 1L), ledger.awaited);
        assertTaken(body);
    }

    @Test
    void shouldTellOnlyOneOfTwoConcurrentRequestsThatItCreatedTheMeter() {
        ledger.afterDefine = () -> {
            ledger.afterDefine = () -> {};
            own.post("/v1/meters", "{'code':'calls','name':'Second','aggregation':'sum'}");
        };

        assertTaken("{'code':'calls','name':'First','aggregation':'sum'}");

        assertEquals("Second", own.get("/v1/meters/calls").get("name").textValue());
    }

    @Test
    void shouldShowTheJournaledMeterWhenTheRetryAsksForAnother() {
        ledger.afterDefine = PROXY::cut;
        assertThrows(DatabaseException.class, () -> own.post("/v1/meters", "{'code':'calls','aggregation':'sum'}"));
        PROXY.restore();

        assertTaken("{'code':'calls','aggregation':'count'}");

        assertEquals("sum", own.get("/v1/meters/calls").get("aggregation").textValue());
    }

    @Test
    void shouldAnswerUnavailableWhileTheWindowsAreBehindAndFinishTheRetry() {
        ledger.applied = 0;
        String body = "{'code':'calls','aggregation':'count'}";
        Problem behind = own.problem(HttpVerb.POST, "/v1/meters", body);
        assertEquals(ProblemKind.UNAVAILABLE, behind.kind());
        assertTrue(behind.headers().containsKey("Retry-After"));
        assertEquals(
                ProblemKind.NOT_FOUND,
                own.problem(HttpVerb.GET, "/v1/meters/calls", null).kind());

        ledger.applied = Long.MAX_VALUE;
        assertEquals("calls", own.post("/v1/meters", body).get("code").textValue());
    }

    @Test
    void shouldWriteTheRowsThatACrashLeftOutWhenItStarts() {
        own.post("/v1/meters", "{'code':'there','aggregation':'count','name':'There'}");
        directory.define(definition("missing"), Position.pack(50, 0));
        directory.define(definition("missing_archived"), Position.pack(51, 0));
        directory.archive(organization(), "missing_archived", Position.pack(52, 0));
        directory.archive(organization(), "there", Position.pack(53, 0));
        directory.define(
                new MeterDefinition(
                        new OrganizationId(UUID.randomUUID()), "foreign", Aggregation.SUM, "x", null, List.of(), 60),
                Position.pack(54, 0));

        routes.reconcile();
        routes.reconcile();

        List<String> seen = new ArrayList<>();
        own.get("/v1/meters")
                .get("data")
                .forEach(meter -> seen.add(meter.get("code").textValue() + " "
                        + meter.get("status").textValue()));
        seen.sort(null);
        assertEquals(List.of("missing active", "missing_archived archived", "there archived"), seen);
        assertEquals("There", own.get("/v1/meters/there").get("name").textValue());
    }

    @Test
    void shouldArchiveOnceAndSaySoAgain() {
        own.post("/v1/meters", "{'code':'calls','aggregation':'count'}");
        wallMicros.addAndGet(5_000_000);

        JsonNode archived = Calls.json(own.call(HttpVerb.POST, "/v1/meters/calls/archive", null), 200);
        wallMicros.addAndGet(5_000_000);
        JsonNode again = Calls.json(own.call(HttpVerb.POST, "/v1/meters/calls/archive", null), 200);

        assertEquals("archived", archived.get("status").textValue());
        assertEquals("2026-01-01T00:00:05Z", archived.get("archived_at").textValue());
        assertEquals(archived, again);
        assertEquals(List.of(1L, 2L, 2L), ledger.awaited);
    }

    @Test
    void shouldChangeNameAndUnitOnly() {
        own.post("/v1/meters", "{'code':'calls','aggregation':'count','name':'Calls','unit':'call'}");

        assertEquals(
                "call",
                own.patch("/v1/meters/calls", "{'name':'API calls'}")
                        .get("unit")
                        .textValue());
        JsonNode removed = own.patch("/v1/meters/calls", "{'unit':null}");
        assertTrue(removed.get("unit").isNull());
        assertEquals("API calls", removed.get("name").textValue());
        assertEquals(removed, own.get("/v1/meters/calls"));
        assertEquals(
                List.of("/aggregation unknown_field", "/unit too_long"),
                own.fieldProblems(
                        HttpVerb.PATCH, "/v1/meters/calls", "{'aggregation':'sum','unit':'" + "u".repeat(65) + "'}"));
    }

    @Test
    void shouldHideMetersOfOtherOrganizations() {
        own.post("/v1/meters", "{'code':'calls','aggregation':'count'}");
        Calls other = new Calls(routes.routes(), organization("UTC"));

        assertEquals("[]", other.get("/v1/meters").get("data").toString());
        for (HttpVerb verb : List.of(HttpVerb.GET, HttpVerb.PATCH)) {
            assertEquals(
                    ProblemKind.NOT_FOUND,
                    other.problem(verb, "/v1/meters/calls", verb == HttpVerb.PATCH ? "{}" : null)
                            .kind());
        }
        assertEquals(
                ProblemKind.NOT_FOUND,
                other.problem(HttpVerb.POST, "/v1/meters/calls/archive", null).kind());
        assertFalse(registered("calls").isArchived());
        assertNull(directory.find(Objects.requireNonNull(other.organization()), "calls"));
    }

    @Test
    void shouldListInTheOrderOfCreation() {
        for (String code : List.of("c", "a", "b")) {
            own.post("/v1/meters", "{'code':'" + code + "','aggregation':'sum'}");
        }
        JsonNode first = own.get("/v1/meters?limit=2");
        own.post("/v1/meters", "{'code':'d','aggregation':'sum'}");
        JsonNode second =
                own.get("/v1/meters?limit=2&cursor=" + first.get("next_cursor").textValue());

        assertEquals(
                "[\"c\",\"a\"]", first.get("data").findValues("code").toString().replace(" ", ""));
        assertEquals(
                "[\"b\",\"d\"]",
                second.get("data").findValues("code").toString().replace(" ", ""));
        assertTrue(second.get("next_cursor").isNull());
    }

    private void assertTaken(String body) {
        Problem problem = own.problem(HttpVerb.POST, "/v1/meters", body);
        assertEquals(ProblemKind.CONFLICT, problem.kind());
        assertEquals("meter_code_taken", problem.code());
    }

    private OrganizationId organization() {
        return Objects.requireNonNull(own.organization());
    }

    private RegisteredMeter registered(String code) {
        RegisteredMeter meter = directory.find(organization(), code);
        assertNotNull(meter);
        return meter;
    }

    private MeterDefinition definition(String code) {
        return new MeterDefinition(organization(), code, Aggregation.SUM, code, null, List.of(), 15);
    }

    private OrganizationId organization(String zone) {
        OrganizationRoutes organizations =
                new OrganizationRoutes(new OrganizationStore(TEST.database()), wallMicros::get);
        JsonNode created = Calls.asOperator(organizations.routes())
                .post("/v1/organizations", "{'name':'x','currency':'EUR','timezone':'" + zone + "'}");
        return OrganizationId.parse(created.get("id").textValue()).orElseThrow();
    }
}

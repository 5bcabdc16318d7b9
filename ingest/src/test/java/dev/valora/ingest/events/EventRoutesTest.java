package dev.valora.ingest.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.Calls;
import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.IntakeObserver;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.admission.Admission;
import dev.valora.ingest.admission.DedupIndex;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.intake.IntakeLoop;
import dev.valora.ingest.intake.VoidReach;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.journal.JournalOptions;
import dev.valora.ingest.journal.JournalRemoval;
import dev.valora.ingest.parse.UsageParser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single events through the real parser, writer and journal. */
final class EventRoutesTest {

    private static final OrganizationId ACME = new OrganizationId(new UUID(1, 1));
    private static final OrganizationId OTHER = new OrganizationId(new UUID(1, 2));
    private static final byte[] SECRET = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String VOIDS = "/v1/usage/voids";

    private final AtomicLong clockMicros = new AtomicLong(1_800_000_000_000_000L);
    private final MeterDirectory meters = new MeterDirectory();
    private final DedupIndex index = new DedupIndex();
    private Path directory;
    private ChronicleJournal journal;
    private VoidReach reach;
    private IntakeLoop loop;
    private Thread writer;
    private Calls calls;

    @BeforeEach
    void start(@TempDir Path given) {
        directory = given;
        begin();
        loop.define(new MeterDefinition(ACME, "tokens", Aggregation.SUM, "tokens", null, List.of(), 60))
                .toCompletableFuture()
                .join();
    }

    private void begin() {
        journal = ChronicleJournal.open(
                directory, new JournalOptions(64 << 20, 1 << 20, 3_000_000_000L, System::nanoTime));
        reach = VoidReach.of(journal, 0);
        loop = new IntakeLoop(
                new IntakeLoop.Ports(journal, clockMicros::get, System::nanoTime, IntakeObserver.NONE),
                new IntakeLoop.Journaled(meters, new Admission(index, 90), reach),
                0);
        writer = Thread.ofPlatform().name("intake").start(this::write);
        calls = new Calls(
                new EventRoutes(loop, journal::read, journal::removedThroughMicros, () -> new EventHash(SECRET))
                        .routes(),
                ACME);
    }

    /** Goes on in another journal file, with what was known; the one before may then be removed. */
    private JournalRemoval restart() {
        end();
        begin();
        return new JournalRemoval(journal);
    }

    private void end() {
        writer.interrupt();
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        loop.close();
        journal.close();
    }

    private void write() {
        while (!Thread.currentThread().isInterrupted()) {
            if (loop.doWork() == 0) {
                loop.idle(1_000_000);
            }
        }
    }

    @AfterEach
    void stop() {
        end();
        index.close();
    }

    /** What became of the events, as accepted, duplicate or else. */
    private String send(String json) {
        CompletableFuture<UsageBatch> durable = new CompletableFuture<>();
        UsageBatch batch = new UsageBatch(new UsageBatch.Listener() {
            @Override
            public void onDurable(UsageBatch told) {
                durable.complete(told);
            }

            @Override
            public void onFailed(UsageBatch told) {
                durable.completeExceptionally(new IllegalStateException("the writer failed"));
            }
        });
        batch.begin(ACME, false);
        byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        new UsageParser(new EventHash(SECRET), meters).parse(body, body.length, false, batch);
        loop.offer(batch);
        UsageBatch told = durable.join();
        return told.accepted() + " accepted, " + told.duplicates() + " duplicates, "
                + (told.hasFailures() ? "failures" : "no failures");
    }

    private JsonNode voided(String body) {
        return Calls.json(calls.call(HttpVerb.POST, VOIDS, body), 200);
    }

    @Test
    void shouldShowAnEventAsItWasSent() {
        send("[{'idempotency_key':'k1','customer':'acme','meter':'tokens','value':'1.50',"
                + "'timestamp':'2027-01-15T07:00:00.25+01:00','properties':{'b':true,'a':'x','n':0.10}},"
                + "{'idempotency_key':'k2','customer':'acme','type':'tokens'}]");

        assertEquals(
                "{\"idempotency_key\":\"k1\",\"customer\":\"acme\",\"meter\":\"tokens\",\"value\":\"1.5\","
                        + "\"timestamp\":\"2027-01-15T06:00:00.250Z\","
                        + "\"properties\":{\"a\":\"x\",\"b\":true,\"n\":0.1},"
                        + "\"accepted_at\":\"2027-01-15T08:00:00Z\",\"position\":\"2/0\",\"fate\":\"accepted\"}",
                calls.get("/v1/usage/events/k1").toString());
        assertEquals(
                "{\"idempotency_key\":\"k2\",\"customer\":\"acme\",\"type\":\"tokens\","
                        + "\"timestamp\":\"2027-01-15T08:00:00Z\",\"properties\":{},"
                        + "\"accepted_at\":\"2027-01-15T08:00:00Z\",\"position\":\"2/1\",\"fate\":\"accepted\"}",
                calls.get("/v1/usage/events/k2").toString());
    }

    @Test
    void shouldNotFindWhatWasNeverAcceptedOrIsAnothers() {
        send("{'idempotency_key':'k1','customer':'acme','meter':'tokens','value':1}");
        Calls others = new Calls(calls.routes(), OTHER);

        for (Problem problem : List.of(
                calls.problem(HttpVerb.GET, "/v1/usage/events/k2", null),
                calls.problem(HttpVerb.POST, VOIDS, "{'idempotency_key':'k2','reason':'r'}"),
                others.problem(HttpVerb.GET, "/v1/usage/events/k1", null),
                others.problem(HttpVerb.POST, VOIDS, "{'idempotency_key':'k1','reason':'r'}"))) {
            assertEquals(ProblemKind.NOT_FOUND, problem.kind());
        }
    }

    @Test
    void shouldVoidOnceAndAnswerTheSameAgain() {
        String event = "{'idempotency_key':'k1','customer':'acme','meter':'tokens','value':1}";
        send(event);
        clockMicros.addAndGet(5_000_000);

        JsonNode first = voided("{'idempotency_key':'k1','reason':'sent by a test'}");
        clockMicros.addAndGet(5_000_000);
        JsonNode second = voided("{'idempotency_key':'k1','reason':'another reason'}");

        assertEquals("voided", first.get("fate").textValue());
        assertEquals(
                "{\"reason\":\"sent by a test\",\"voided_at\":\"2027-01-15T08:00:05Z\",\"position\":\""
                        + first.at("/void/position").textValue() + "\"}",
                first.get("void").toString());
        assertEquals(first, second);
        assertEquals(first, calls.get("/v1/usage/events/k1"));
        assertEquals("0 accepted, 1 duplicates, no failures", send(event));
        assertEquals("0 accepted, 0 duplicates, failures", send(event.replace("'value':1", "'value':2")));
    }

    @Test
    void shouldWriteOneVoidWhoeverAsksAtOnce() {
        send("{'idempotency_key':'k1','customer':'acme','meter':'tokens','value':1}");

        List<CompletableFuture<JsonNode>> answers = List.of("a", "b", "c", "d").stream()
                .map(reason -> CompletableFuture.supplyAsync(
                        () -> voided("{'idempotency_key':'k1','reason':'" + reason + "'}")))
                .toList();

        assertEquals(1, answers.stream().map(CompletableFuture::join).distinct().count());
    }

    /** Whoever asks in order to send it again must not hear that it was there; whoever voids must. */
    @Test
    void shouldSendAVoidOfWhatIsGoneToAnAdjustment() {
        send("{'idempotency_key':'k1','customer':'acme','meter':'tokens','value':1}");
        clockMicros.addAndGet(60_000_000);
        send("{'idempotency_key':'k2','customer':'acme','meter':'tokens','value':1}");
        JournalRemoval removal = restart();
        clockMicros.addAndGet(60_000_000);
        send("{'idempotency_key':'k3','customer':'acme','meter':'tokens','value':1}");
        removal.carry(CarriedRecords.ofMeters(meters, Long.MAX_VALUE), 4);
        removal.removeThrough(1);

        for (String key : List.of("k1", "k2", "never-sent")) {
            Problem unread = calls.problem(HttpVerb.GET, "/v1/usage/events/" + key, null);
            assertEquals(ProblemKind.NOT_FOUND, unread.kind());
            assertEquals(
                    "There is no event " + key + "; what was accepted until 2027-01-15T08:01:00Z is no longer held.",
                    unread.detail());
            Problem gone = calls.problem(HttpVerb.POST, VOIDS, "{'idempotency_key':'" + key + "','reason':'r'}");
            assertEquals(ProblemKind.GONE, gone.kind());
            assertEquals("event_gone", gone.code());
            assertEquals(
                    "The journal holds no event " + key + ", and nothing any more that was accepted until"
                            + " 2027-01-15T08:01:00Z. Correct what was billed with an adjustment.",
                    gone.detail());
        }
        assertEquals(
                "voided",
                voided("{'idempotency_key':'k3','reason':'r'}").get("fate").textValue());
    }

    @Test
    void shouldSendAVoidOfAMaximumWhoseWindowIsGoneToAnAdjustment() {
        loop.define(new MeterDefinition(ACME, "peak", Aggregation.MAX, "peak", null, List.of(), 60))
                .toCompletableFuture()
                .join();
        JournalRemoval removal = restart();
        send("{'idempotency_key':'k1','customer':'acme','meter':'peak','value':1}");
        send("{'idempotency_key':'k2','customer':'acme','meter':'tokens','value':1}");
        removal.carry(CarriedRecords.ofMeters(meters, Long.MAX_VALUE), 3);
        reach.giveUp(3, 1_800_000_000_000_000L, 3);
        removal.removeThrough(1);

        Problem gone = calls.problem(HttpVerb.POST, VOIDS, "{'idempotency_key':'k1','reason':'r'}");
        assertEquals(ProblemKind.GONE, gone.kind());
        assertEquals(
                "The journal does not keep all events of this event's window any more, so its value cannot be found without it."
                        + " Correct what was billed with an adjustment.",
                gone.detail());
        assertEquals("accepted", calls.get("/v1/usage/events/k1").get("fate").textValue(), "it is there all the same");
        assertEquals(
                "voided",
                voided("{'idempotency_key':'k2','reason':'r'}").get("fate").textValue());
    }

    @Test
    void shouldTellEveryFieldProblem() {
        assertEquals(
                List.of("/idempotency_key missing_field", "/reason too_long", "/x unknown_field"),
                calls.fieldProblems(HttpVerb.POST, VOIDS, "{'reason':'" + "r".repeat(501) + "','x':1}"));
    }

    @Test
    void shouldSendTheCallerAwayWhenTheWriterIsClosed() throws InterruptedException {
        writer.interrupt();
        writer.join();
        loop.close();

        ProblemException refused =
                assertThrows(ProblemException.class, () -> calls.call(HttpVerb.GET, "/v1/usage/events/k1", null));
        assertEquals("journal_unavailable", refused.problem().code());
    }
}

package dev.valora.config.clock;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Json;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.WallClock;
import dev.valora.ingest.intake.Intake;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * {@code GET} and {@code PUT /v1/clock}, {@code POST /v1/clock/confirm}. Turning the manual clock forces a tick, waits until all usage accepted before it is
 * in the windows, and does the work that has come due. Handlers run on virtual threads; one turn at a time.
 */
public final class ClockRoutes {

    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");
    private static final Duration AT_MOST = Duration.ofSeconds(60);

    private final WallClock clock;
    private final Intake intake;
    private final AppliedUsage applied;
    private final List<DueWork> work;
    private final ReentrantLock turning = new ReentrantLock();

    /**
     * Serves one clock.
     *
     * @param work done in this order at every turn
     */
    public ClockRoutes(WallClock clock, Intake intake, AppliedUsage applied, List<DueWork> work) {
        this.clock = clock;
        this.intake = intake;
        this.applied = applied;
        this.work = List.copyOf(work);
    }

    public List<Route> routes() {
        return List.of(
                new Route(HttpVerb.GET, "/v1/clock", Access.operator(), this::read),
                new Route(HttpVerb.PUT, "/v1/clock", Access.operator(), this::turn),
                new Route(HttpVerb.POST, "/v1/clock/confirm", Access.operator(), this::confirm));
    }

    private Reply read(ApiRequest request) {
        return Reply.ok(shown());
    }

    private ObjectNode shown() {
        return Json.object()
                .put("now", now().toString())
                .put("mode", clock instanceof ManualClock ? "manual" : "system")
                .put("trusted", clock.isTrusted(clock.epochMicros()));
    }

    /** The operator vouches for the machine's clock; the writer notices within a second. */
    private Reply confirm(ApiRequest request) {
        if (!(clock instanceof GuardedClock guarded)) {
            throw new ProblemException(Problem.of(
                    ProblemKind.CONFLICT,
                    "clock_manual",
                    "A manual clock is turned on purpose; there is nothing to confirm."));
        }
        guarded.confirm();
        return Reply.ok(shown());
    }

    private Reply turn(ApiRequest request) {
        if (!(clock instanceof ManualClock manual)) {
            throw new ProblemException(
                    Problem.of(
                            ProblemKind.CONFLICT,
                            "clock_not_manual",
                            "This server runs on the machine's clock; only a data directory begun with clock: manual can be turned."));
        }
        Instant to = wanted(request);
        turning.lock();
        try {
            if (!manual.turnTo(micros(to))) {
                throw new ProblemException(Problem.of(
                        ProblemKind.CONFLICT,
                        "clock_backwards",
                        "The clock only goes forward; it shows " + now() + " already."));
            }
            applyEverythingBefore();
            ObjectNode answer = Json.object()
                    .put("now", now().toString())
                    .put("applied_through", applied.appliedThrough().toString());
            ArrayNode setAside = answer.putArray("set_aside");
            for (DueWork due : work) {
                for (DueWork.SetAside failed : due.doAllDueBy(to)) {
                    setAside.addObject()
                            .put("what", failed.what())
                            .put("due", failed.due().toString())
                            .put("error", failed.error());
                }
            }
            return Reply.ok(answer);
        } finally {
            turning.unlock();
        }
    }

    private static Instant wanted(ApiRequest request) {
        JsonFields fields = request.fields();
        Instant to = fields.instant("now").orElse(null);
        if (to == null && !fields.hasProblems()) {
            fields.problem("now", "missing_field", "This field is required.");
        } else if (to != null && (to.isBefore(Instant.EPOCH) || !to.isBefore(LATEST))) {
            fields.problem("now", "out_of_range", "Send an instant from 1970 to 2199.");
        }
        fields.check();
        if (to == null) {
            throw new IllegalStateException("check() let a missing instant pass");
        }
        return to.truncatedTo(ChronoUnit.MICROS);
    }

    private void applyEverythingBefore() {
        try {
            long sequence = intake.tick().toCompletableFuture().get(AT_MOST.toSeconds(), TimeUnit.SECONDS);
            if (applied.awaitApplied(sequence, AT_MOST)) {
                return;
            }
        } catch (ExecutionException | TimeoutException notNow) {
            throw new ProblemException(Problem.unavailable(
                    "clock_turned_not_applied", "The clock was turned, but the writer takes nothing now.", 5));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        throw new ProblemException(Problem.unavailable(
                "clock_turned_not_applied",
                "The clock was turned, but not all usage accepted before is in the windows yet; send the same again.",
                5));
    }

    private Instant now() {
        long micros = clock.epochMicros();
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }

    private static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }
}

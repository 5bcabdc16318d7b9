package dev.valora.billing.contract;

import static dev.valora.billing.contract.SubscriptionCalls.NOW;
import static dev.valora.billing.contract.SubscriptionCalls.id;
import static dev.valora.billing.contract.SubscriptionCalls.path;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.BillingApi;
import dev.valora.ingest.Calls;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Json;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How subscriptions are canceled, from the request to what is shown of it. */
final class CancelRoutesTest {

    @AutoClose
    private static final BillingApi API = new BillingApi(NOW);

    private final SubscriptionCalls subscriptions = new SubscriptionCalls(API);
    private final Calls calls = subscriptions.calls();

    @Test
    void shouldCancelAtTheEndOfThePeriod() {
        String id = id(subscriptions.subscribe("'customer':'ann','plan':'pro'"));
        API.turnClockTo("2026-03-20T00:00:00Z");
        JsonNode canceling = subscriptions.cancel(id, "{'at':'period_end'}");
        assertEquals("2026-04-11", canceling.get("cancel_at").textValue());
        assertEquals("active", canceling.get("status").textValue());
        assertTrue(canceling.get("canceled_at").isNull());
        API.turnClockTo("2026-04-01T00:00:00Z");
        assertEquals(canceling, Calls.json(calls.call(HttpVerb.POST, path(id, "cancel"), null), 200));
        assertEquals(
                List.of("subscription.created", "subscription.started", "subscription.cancel_scheduled"),
                API.rows("SELECT action FROM billing.audit WHERE target = 'subscription:" + id + "' ORDER BY entry"));
    }

    @Test
    void shouldCancelAtOnceWhatHasNotBegun() {
        String id = id(subscriptions.subscribe("'customer':'ann','plan':'pro','start_date':'2026-02-01'"));
        JsonNode canceled = subscriptions.cancel(id, "{}");
        assertEquals("canceled", canceled.get("status").textValue());
        assertEquals("2026-02-01", canceled.get("cancel_at").textValue());
        assertEquals(NOW, canceled.get("canceled_at").textValue());
        assertEquals(
                List.of(
                        "null scheduled created key:test 2026-01-11",
                        "scheduled canceled canceled before its start key:test 2026-01-11"),
                subscriptions.transitions(id));
        Problem problem = calls.problem(HttpVerb.POST, path(id, "cancel"), "{}");
        assertEquals(ProblemKind.CONFLICT, problem.kind());
        assertEquals("illegal_transition", problem.code());
        assertEquals(
                Json.object().put("current_status", "canceled").set("allowed", Json.array()), problem.extensions());
        subscriptions.subscribe("'customer':'ann','plan':'pro'");
    }

    @Test
    void shouldTellWhatIsPossibleWhereThereIsNothingToTakeBack() {
        String id = id(subscriptions.subscribe("'customer':'ann','plan':'pro'"));
        Problem problem = calls.problem(HttpVerb.POST, path(id, "uncancel"), null);
        assertEquals(ProblemKind.CONFLICT, problem.kind());
        assertEquals("nothing_to_uncancel", problem.code());
        assertEquals(
                Json.object()
                        .put("current_status", "active")
                        .set("allowed", Json.array().add("past_due").add("canceled")),
                problem.extensions());
    }

    @Test
    void shouldCheckHowACancelIsSent() {
        String id = id(subscriptions.subscribe("'customer':'ann','plan':'pro'"));
        String path = path(id, "cancel");
        assertEquals(
                List.of("/at invalid_choice"),
                calls.fieldProblems(HttpVerb.POST, path, "{'at':'later','date':'2026-02-01'}"));
        assertEquals(List.of("/date missing_field"), calls.fieldProblems(HttpVerb.POST, path, "{'at':'date'}"));
        assertEquals(List.of("/date invalid_field"), calls.fieldProblems(HttpVerb.POST, path, "{'date':'2026-02-01'}"));
    }
}

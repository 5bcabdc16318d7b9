package dev.valora.billing.offering;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.billing.Metadata;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.audit.Author;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Limits;
import dev.valora.ingest.Page;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** {@code /v1/plans}. */
public final class PlanRoutes {

    /** Prices of one plan. */
    static final int PRICES = 50;

    private static final String WHAT = "plan";
    private static final String PRICES_FIELD = "prices";

    private final Database database;
    private final AuditTrail audit;

    public PlanRoutes(Database database, AuditTrail audit) {
        this.database = database;
        this.audit = audit;
    }

    /** To be served. */
    public List<Route> routes() {
        Access read = Access.anyOf(Scope.BILLING_READ);
        Access write = Access.anyOf(Scope.BILLING_WRITE);
        return List.of(
                new Route(HttpVerb.POST, "/v1/plans", write, this::create),
                new Route(HttpVerb.GET, "/v1/plans", read, this::list),
                new Route(HttpVerb.GET, "/v1/plans/{code}", read, this::get),
                new Route(HttpVerb.POST, "/v1/plans/{code}/archive", write, this::archive));
    }

    private Reply create(ApiRequest request) {
        JsonFields fields = request.fields();
        return Reply.created(audit.change(Author.of(request), change -> {
            Plan plan = new Plan(
                    fields.requiredCode("code"),
                    fields.requiredText("name", Offering.NAME_LENGTH),
                    fields.requiredTexts(PRICES_FIELD, PRICES, Limits.CODE_LENGTH),
                    fields.integer("trial_days", 0, Plan.TRIAL_DAYS_MAX, 0),
                    Metadata.of(fields),
                    change.at(),
                    null);
            Map<String, OfferedPrice> prices =
                    PriceStore.load(change.transaction(), request.organization(), plan.prices());
            checkPrices(fields, sentPrices(request, plan), prices);
            fields.check();
            if (!PlanStore.insert(change.transaction(), request.organization(), plan)) {
                throw Offering.codeTaken(WHAT, plan.code());
            }
            change.append("plan.created", plan.target(), null, plan.toJson());
            return plan.toJson();
        }));
    }

    /** The codes by their places in the body, without elements that are none. */
    private static Map<Integer, String> sentPrices(ApiRequest request, Plan plan) {
        Map<Integer, String> byPlace = new LinkedHashMap<>();
        JsonNode sent = Objects.requireNonNull(request.body()).path(PRICES_FIELD);
        for (int i = 0; i < sent.size(); i++) {
            String code = sent.get(i).asText();
            if (sent.get(i).isTextual() && plan.prices().contains(code)) {
                byPlace.put(i, code);
            }
        }
        return byPlace;
    }

    private static void checkPrices(JsonFields fields, Map<Integer, String> sent, Map<String, OfferedPrice> prices) {
        Set<String> seen = new HashSet<>();
        sent.forEach((place, code) -> {
            String member = PRICES_FIELD + "/" + place;
            OfferedPrice price = prices.get(code);
            if (!seen.add(code)) {
                fields.problem(member, "invalid_field", "Name each price once; " + code + " stands twice.");
            } else if (price == null) {
                fields.problem(member, "unknown_price", "There is no price " + code + ".");
            } else if (!price.isSold()) {
                fields.problem(member, "archived_price", "The price " + code + " takes no new subscriptions.");
            }
        });
        if (prices.values().stream()
                        .map(price -> price.price().interval())
                        .distinct()
                        .count()
                > 1) {
            fields.problem(PRICES_FIELD, "mixed_intervals", "All prices of a plan share one interval.");
        }
    }

    private Reply list(ApiRequest request) {
        Page page = Page.of(request.query());
        request.query().check(Page.PARAMETERS);
        List<PlanStore.Listed> rows = database.inOrganization(
                request.organization(), transaction -> PlanStore.list(transaction, request.organization(), page));
        return Reply.ok(page.reply(
                rows, PlanStore.Listed::number, listed -> listed.plan().toJson()));
    }

    private Reply get(ApiRequest request) {
        request.query().check(Set.of());
        return Reply.ok(database.inOrganization(request.organization(), transaction -> find(transaction, request))
                .toJson());
    }

    private Reply archive(ApiRequest request) {
        return Reply.ok(audit.change(Author.of(request), change -> {
                    Plan before = find(change.transaction(), request);
                    Plan after = before.archived(change.at());
                    if (!after.equals(before)) {
                        PlanStore.archive(change.transaction(), request.organization(), after.code(), change.at());
                        change.append("plan.archived", after.target(), before.toJson(), after.toJson());
                    }
                    return after;
                })
                .toJson());
    }

    private static Plan find(Database.Transaction transaction, ApiRequest request) {
        String code = request.pathParameter("code");
        return PlanStore.find(transaction, request.organization(), code)
                .orElseThrow(() -> Offering.notFound(WHAT, code));
    }
}

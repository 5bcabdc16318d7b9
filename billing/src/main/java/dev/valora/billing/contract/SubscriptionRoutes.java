package dev.valora.billing.contract;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.audit.Author;
import dev.valora.billing.contract.TransitionStore.Transition;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.billing.subscription.SubscriptionStatus.Step;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Ids;
import dev.valora.ingest.Json;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Organization;
import dev.valora.ingest.OrganizationDirectory;
import dev.valora.ingest.Page;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import dev.valora.ingest.Timestamps;
import dev.valora.ingest.WallClock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/subscriptions}. */
public final class SubscriptionRoutes {

    private static final String WHAT = "subscription";
    private static final Map<String, At> CANCEL_AT = cancelAtByName();

    private final Database database;
    private final AuditTrail audit;
    private final OrganizationDirectory organizations;
    private final WallClock clock;

    private enum At {
        PERIOD_END,
        NOW,
        DATE
    }

    public SubscriptionRoutes(
            Database database, AuditTrail audit, OrganizationDirectory organizations, WallClock clock) {
        this.database = database;
        this.audit = audit;
        this.organizations = organizations;
        this.clock = clock;
    }

    /** To be served. */
    public List<Route> routes() {
        Access read = Access.anyOf(Scope.BILLING_READ);
        Access write = Access.anyOf(Scope.BILLING_WRITE);
        String one = "/v1/subscriptions/{id}";
        return List.of(
                new Route(HttpVerb.POST, "/v1/subscriptions", write, this::create),
                new Route(HttpVerb.GET, "/v1/subscriptions", read, this::list),
                new Route(HttpVerb.GET, one, read, this::get),
                new Route(HttpVerb.GET, one + "/transitions", read, this::transitions),
                new Route(HttpVerb.GET, one + "/cycles", read, this::cycles),
                new Route(HttpVerb.POST, one + "/cancel", write, this::cancel),
                new Route(HttpVerb.GET, one + "/preview", read, this::refuseForNow),
                new Route(HttpVerb.POST, one + "/adjustments", write, this::refuseForNow),
                new Route(HttpVerb.POST, one + "/uncancel", write, this::refuseForNow),
                new Route(HttpVerb.POST, one + "/end_trial", write, this::refuseForNow),
                new Route(HttpVerb.POST, one + "/change", write, this::refuseForNow));
    }

    private Reply create(ApiRequest request) {
        Organization organization = organizations.organization(request.organization());
        Instant now = Timestamps.now(clock);
        LocalDate today = LocalDate.ofInstant(now, organization.zone());
        JsonFields fields = request.fields();
        SubscriptionFields sent = SubscriptionFields.read(fields, today);
        return Reply.created(audit.change(
                        Author.of(request, now),
                        change -> new SubscriptionCreation(change, organization, fields, sent).run(today))
                .toJson());
    }

    private Reply list(ApiRequest request) {
        Page page = Page.of(request.query());
        Optional<String> customer = request.query().text("customer");
        Optional<String> status = request.query().text("status");
        if (status.isPresent() && SubscriptionStatus.ofWireName(status.get()).isEmpty()) {
            request.query().problem("status", "invalid_choice", "Use one of: " + names(SubscriptionStatus.all()) + ".");
        }
        request.query().check(Set.of("limit", "cursor", "customer", "status"));
        SubscriptionStore.Filter filter = new SubscriptionStore.Filter(customer.orElse(null), status.orElse(null));
        List<SubscriptionStore.Listed> rows = database.inOrganization(
                request.organization(),
                transaction -> SubscriptionStore.list(transaction, request.organization(), page, filter));
        return Reply.ok(page.reply(
                rows,
                SubscriptionStore.Listed::number,
                listed -> listed.subscription().toJson()));
    }

    private Reply get(ApiRequest request) {
        request.query().check(Set.of());
        return Reply.ok(database.inOrganization(request.organization(), transaction -> find(transaction, request))
                .toJson());
    }

    private Reply transitions(ApiRequest request) {
        Page page = Page.of(request.query());
        request.query().check(Page.PARAMETERS);
        List<TransitionStore.Listed> rows = database.inOrganization(request.organization(), transaction -> {
            Subscription subscription = find(transaction, request);
            return TransitionStore.list(transaction, request.organization(), subscription.id(), page);
        });
        return Reply.ok(page.reply(rows, TransitionStore.Listed::number, TransitionStore.Listed::json));
    }

    private Reply cycles(ApiRequest request) {
        Page page = Page.of(request.query());
        request.query().check(Page.PARAMETERS);
        List<CycleStore.Listed> rows = database.inOrganization(request.organization(), transaction -> {
            Subscription subscription = find(transaction, request);
            return CycleStore.list(transaction, request.organization(), subscription.id(), page);
        });
        return Reply.ok(page.reply(rows, CycleStore.Listed::number, CycleStore.Listed::json));
    }

    /** At the end of the running period; a subscription that has not begun is canceled at once. */
    private Reply cancel(ApiRequest request) {
        Organization organization = organizations.organization(request.organization());
        Instant now = Timestamps.now(clock);
        LocalDate today = LocalDate.ofInstant(now, organization.zone());
        At at = at(JsonFields.of(Optional.ofNullable(request.body()).orElseGet(Json::object)));
        return Reply.ok(audit.change(Author.of(request, now), change -> {
                    Subscription before = find(change.transaction(), request);
                    Step step = before.status().to(new SubscriptionStatus.Canceled());
                    if (step instanceof Step.Refused refused) {
                        throw illegalTransition("canceled", refused);
                    }
                    if (at != At.PERIOD_END) {
                        throw notSupportedYet("cancel at another time than period_end");
                    }
                    return before.cancelAt() != null ? before : end(change, before, today);
                })
                .toJson());
    }

    private static Subscription end(AuditTrail.Change change, Subscription before, LocalDate today) {
        Database.Transaction transaction = change.transaction();
        Author author = change.author();
        LocalDate start = before.lifetime().start();
        boolean atOnce = !before.status().isLive();
        LocalDate cancelAt = atOnce
                ? start
                : before.lifetime()
                        .periodContaining(today.isBefore(start) ? start : today)
                        .end();
        SubscriptionStore.updateEnd(transaction, author.organization(), before.id(), cancelAt);
        if (atOnce) {
            TransitionStore.write(
                    change,
                    List.of(new Transition(
                            before.id(),
                            before.status(),
                            new SubscriptionStatus.Canceled(),
                            "canceled before its start",
                            today)));
        }
        Subscription after = SubscriptionStore.find(transaction, author.organization(), before.id())
                .orElseThrow();
        change.append(
                atOnce ? "subscription.canceled" : "subscription.cancel_scheduled",
                before.target(),
                before.toJson(),
                after.toJson());
        return after;
    }

    private static At at(JsonFields fields) {
        At at = fields.choice("at", CANCEL_AT, At.PERIOD_END);
        boolean known = !fields.hasProblems();
        fields.date("date");
        if (at == At.DATE && !fields.has("date")) {
            fields.problem("date", "missing_field", "Name the first day not billed.");
        } else if (known && at != At.DATE && fields.has("date")) {
            fields.problem("date", "invalid_field", "Only at: date has a date.");
        }
        fields.check();
        return at;
    }

    private Reply refuseForNow(ApiRequest request) {
        database.inOrganization(request.organization(), transaction -> find(transaction, request));
        throw notSupportedYet(request.path().substring(request.path().lastIndexOf('/') + 1));
    }

    private static Subscription find(Database.Transaction transaction, ApiRequest request) {
        String id = request.pathParameter("id");
        return Ids.parse(id)
                .flatMap(parsed -> SubscriptionStore.find(transaction, request.organization(), parsed))
                .orElseThrow(() -> new ProblemException(Problem.notFound(WHAT, id)));
    }

    private static ProblemException notSupportedYet(String what) {
        return new ProblemException(Problem.of(
                ProblemKind.INVALID,
                "not_supported_yet",
                "This version does not support it yet: " + what + ". Nothing was changed."));
    }

    private static ProblemException illegalTransition(String wanted, Step.Refused refused) {
        String status = refused.from().wireName();
        ObjectNode extensions = Json.object().put("current_status", status);
        ArrayNode allowed = extensions.putArray("allowed");
        refused.allowed().forEach(next -> allowed.add(next.wireName()));
        return new ProblemException(new Problem(
                ProblemKind.CONFLICT,
                "illegal_transition",
                "A subscription that is " + status + " cannot become " + wanted + "; it can become "
                        + (refused.allowed().isEmpty() ? "nothing else" : names(refused.allowed())) + ".",
                List.of(),
                extensions,
                Map.of()));
    }

    private static String names(List<SubscriptionStatus> statuses) {
        return String.join(
                ", ", statuses.stream().map(SubscriptionStatus::wireName).toList());
    }

    private static Map<String, At> cancelAtByName() {
        Map<String, At> byName = new LinkedHashMap<>();
        byName.put("period_end", At.PERIOD_END);
        byName.put("now", At.NOW);
        byName.put("date", At.DATE);
        return byName;
    }
}

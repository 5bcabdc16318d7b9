package dev.valora.billing.contract;

import dev.valora.billing.BillingPorts;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.audit.Author;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.JsonFields;
import dev.valora.ingest.Organization;
import dev.valora.ingest.OrganizationDirectory;
import dev.valora.ingest.Page;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** {@code /v1/subscriptions}. */
public final class SubscriptionRoutes {

    private final Database database;
    private final AuditTrail audit;
    private final OrganizationDirectory organizations;
    private final CyclePolicies policies;

    /** Routes on these ports. */
    public SubscriptionRoutes(BillingPorts ports, AuditTrail audit) {
        this.database = ports.database();
        this.audit = audit;
        this.organizations = ports.organizations();
        this.policies = new CyclePolicies(ports.eventAgeDays());
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
                new Route(HttpVerb.POST, one + "/uncancel", write, this::uncancel),
                new Route(HttpVerb.POST, one + "/end_trial", write, this::endTrial),
                new Route(HttpVerb.POST, one + "/change", write, this::change));
    }

    private Reply create(ApiRequest request) {
        Organization organization = organizations.organization(request.organization());
        JsonFields fields = request.fields();
        return Reply.created(audit.change(
                        Author.of(request),
                        change -> new SubscriptionCreation(change, policies.of(organization), fields).run())
                .toJson());
    }

    private Reply list(ApiRequest request) {
        Page page = Page.of(request.query());
        Optional<String> customer = request.query().text("customer");
        Optional<String> status = request.query().text("status");
        if (status.isPresent() && SubscriptionStatus.ofWireName(status.get()).isEmpty()) {
            request.query()
                    .problem(
                            "status",
                            "invalid_choice",
                            "Use one of: " + SubscriptionStatus.names(SubscriptionStatus.all()) + ".");
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
        List<CycleReader.Listed> rows = database.inOrganization(request.organization(), transaction -> {
            Subscription subscription = find(transaction, request);
            return CycleReader.list(transaction, request.organization(), subscription.id(), page);
        });
        return Reply.ok(page.reply(rows, CycleReader.Listed::number, CycleReader.Listed::json));
    }

    private Reply cancel(ApiRequest request) {
        Cancelation sent = Cancelation.read(request.optionalFields());
        return edited(request, sent::run);
    }

    private Reply uncancel(ApiRequest request) {
        request.optionalFields().check();
        return edited(request, Uncanceling::run);
    }

    private Reply endTrial(ApiRequest request) {
        request.optionalFields().check();
        return edited(request, TrialEnding::run);
    }

    private Reply change(ApiRequest request) {
        ContractChange sent = ContractChange.read(request.fields());
        return edited(request, sent::run);
    }

    private Reply edited(ApiRequest request, Function<SubscriptionEdit, Subscription> edit) {
        Organization organization = organizations.organization(request.organization());
        return Reply.ok(audit.change(
                        Author.of(request),
                        change -> edit.apply(
                                SubscriptionEdit.of(change, policies.of(organization), request.pathParameter("id"))))
                .toJson());
    }

    private static Subscription find(Database.Transaction transaction, ApiRequest request) {
        return SubscriptionStore.named(transaction, request.organization(), request.pathParameter("id"));
    }
}

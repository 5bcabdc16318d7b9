package dev.valora.billing.settlement;

import dev.valora.billing.BillingPorts;
import dev.valora.billing.closing.Closings;
import dev.valora.billing.contract.CyclePolicies;
import dev.valora.billing.contract.CycleReader;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.contract.SubscriptionStore;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoices.DraftInvoice;
import dev.valora.billing.invoices.InvoiceQuantities;
import dev.valora.billing.subscription.Activation;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.CycleOpening;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.billing.subscription.SubscriptionStatus;
import dev.valora.ingest.Access;
import dev.valora.ingest.ApiRequest;
import dev.valora.ingest.Database;
import dev.valora.ingest.HttpVerb;
import dev.valora.ingest.Organization;
import dev.valora.ingest.Reply;
import dev.valora.ingest.Route;
import dev.valora.ingest.Scope;
import dev.valora.ingest.Timestamps;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code GET /v1/subscriptions/{id}/preview}. */
public final class PreviewRoutes {

    private final BillingPorts ports;
    private final CyclePolicies policies;
    private final Closings closings;
    private final InvoiceQuantities quantities;

    public PreviewRoutes(BillingPorts ports) {
        this.ports = ports;
        this.policies = new CyclePolicies(ports.eventAgeDays());
        this.closings = new Closings(ports.meters(), ports.changedWindows());
        this.quantities = new InvoiceQuantities(ports.quantities());
    }

    /** To be served. */
    public List<Route> routes() {
        return List.of(new Route(
                HttpVerb.GET, "/v1/subscriptions/{id}/preview", Access.anyOf(Scope.BILLING_READ), this::preview));
    }

    private Reply preview(ApiRequest request) {
        request.query().check(Set.of());
        Organization organization = ports.organizations().organization(request.organization());
        Instant now = Timestamps.now(ports.clock());
        InvoiceContent content = ports.database().inOrganization(request.organization(), transaction -> {
            Subscription subscription =
                    SubscriptionStore.named(transaction, request.organization(), request.pathParameter("id"));
            CycleOpening opening = subscription.opening(policies.of(organization));
            List<OpenedCycle> cycles = cycles(transaction, organization, subscription, opening);
            return Refusal.told(() ->
                    closings.inTurn(transaction, organization, upTo(cycles, now), next(cycles, opening), quantities));
        });
        return Reply.ok(DraftInvoice.toJson(content));
    }

    /** What is not closed; what would open if the subscription began now, when it has not begun. */
    private static List<OpenedCycle> cycles(
            Database.Transaction transaction,
            Organization organization,
            Subscription subscription,
            CycleOpening opening) {
        List<OpenedCycle> cycles = subscription.status() instanceof SubscriptionStatus.Scheduled
                ? Activation.of(
                                opening,
                                subscription.billsInAdvance(SubscriptionStore.pricesOf(
                                        transaction, organization.id(), List.of(subscription))))
                        .cycles()
                        .stream()
                        .map(cycle -> new OpenedCycle(subscription.id(), cycle))
                        .limit(1)
                        .toList()
                : CycleReader.unclosed(transaction, organization.id(), subscription.id());
        if (cycles.isEmpty()) {
            throw Refusal.noFurtherInvoice();
        }
        return cycles;
    }

    /** The running cycle as if its cut lay at the end of this hour, so that everything applied so far counts. */
    private static List<OpenedCycle> upTo(List<OpenedCycle> cycles, Instant now) {
        Instant hour = now.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
        Instant earliest = cycles.size() < 2
                ? Instant.MIN
                : cycles.get(cycles.size() - 2).cycle().acceptedBefore();
        List<OpenedCycle> cut = new ArrayList<>(cycles);
        OpenedCycle last = cycles.getLast();
        if (last.cycle().state() == Cycle.State.OPEN) {
            Instant at = hour.isBefore(earliest) ? earliest : hour;
            cut.set(
                    cycles.size() - 1,
                    new OpenedCycle(last.subscription(), last.cycle().withCut(at)));
        }
        return cut;
    }

    /** The cycle that will follow, for what is charged in advance; none behind the end of a tail. */
    private static List<OpenedCycle> next(List<OpenedCycle> cycles, CycleOpening opening) {
        OpenedCycle last = cycles.getLast();
        if (last.cycle().number() == 0) {
            return List.of(new OpenedCycle(last.subscription(), opening.first()));
        }
        return opening.after(last.cycle()).stream()
                .map(cycle -> new OpenedCycle(last.subscription(), cycle))
                .toList();
    }
}

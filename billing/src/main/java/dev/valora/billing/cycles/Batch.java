package dev.valora.billing.cycles;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.contract.CyclePolicies;
import dev.valora.billing.invoice.RefusedInvoiceException;
import dev.valora.billing.subscription.CyclePolicy;
import dev.valora.ingest.Organization;
import dev.valora.ingest.OrganizationId;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One batch on its way: what it took on, what it did and what failed. Owned by the thread that runs the job. */
public final class Batch {

    private final AuditTrail.Change change;
    private final Organization organization;
    private final CyclePolicy policy;
    private final Due due;
    private final int limit;
    private final Set<UUID> claimed = new LinkedHashSet<>();
    private final Map<UUID, Failure> failures = new LinkedHashMap<>();
    private final Map<String, Integer> processed = new LinkedHashMap<>();

    /**
     * Why a subscription was left out.
     *
     * @param reason a stable word
     * @param sentence for a person
     * @param bug where nobody had expected it; null when it was refused on purpose
     */
    public record Failure(
            String reason, String sentence, @Nullable RuntimeException bug) {

        /** Tells a bug from what was refused on purpose. */
        public static Failure of(RuntimeException thrown) {
            return thrown instanceof RefusedInvoiceException refused
                    ? new Failure(refused.reason(), String.valueOf(refused.getMessage()), null)
                    : new Failure("unexpected", thrown.toString(), thrown);
        }
    }

    /**
     * An empty batch.
     *
     * @param organization with its present policies
     * @param policies what cycles that open are given of them
     * @param limit subscriptions, cycles or invoices at most
     */
    public Batch(AuditTrail.Change change, Organization organization, CyclePolicies policies, Due due, int limit) {
        this.change = change;
        this.organization = organization;
        this.policy = policies.of(organization);
        this.due = due;
        this.limit = limit;
    }

    AuditTrail.Change change() {
        return change;
    }

    Organization organization() {
        return organization;
    }

    CyclePolicy policy() {
        return policy;
    }

    OrganizationId organizationId() {
        return organization.id();
    }

    Due due() {
        return due;
    }

    /** When the batch runs. */
    Instant now() {
        return change.at();
    }

    int limit() {
        return limit;
    }

    void claim(Collection<UUID> subscriptions) {
        claimed.addAll(subscriptions);
    }

    /** Takes a subscription back that is left to another batch. */
    void leave(UUID subscription) {
        claimed.remove(subscription);
    }

    void refuse(UUID subscription, RuntimeException why) {
        failures.putIfAbsent(subscription, Failure.of(why));
    }

    void processed(String resource, int count) {
        processed.merge(resource, count, Integer::sum);
    }

    /** When its work came due. */
    public Instant dueAt() {
        return due.at();
    }

    /** The subscriptions it took on, whatever became of them. */
    public Set<UUID> claimed() {
        return Set.copyOf(claimed);
    }

    /** The subscriptions whose work was done. */
    public List<UUID> done() {
        return claimed.stream().filter(id -> !failures.containsKey(id)).toList();
    }

    /** The subscriptions that failed, and why. */
    public Map<UUID, Failure> failures() {
        return failures;
    }

    /** How many of what were processed. */
    public Map<String, Integer> processed() {
        return processed;
    }
}

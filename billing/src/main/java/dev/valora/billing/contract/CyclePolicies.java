package dev.valora.billing.contract;

import dev.valora.billing.subscription.CyclePolicy;
import dev.valora.ingest.Organization;

/**
 * What cycles are given when they open, as an organization's policies and the server's settings are now.
 *
 * @param eventAgeDays how old usage may be when it is accepted; at least 1
 */
public record CyclePolicies(int eventAgeDays) {

    /** What the organization's cycles are given. */
    public CyclePolicy of(Organization organization) {
        return new CyclePolicy(
                organization.zone(),
                organization.usageGraceHours(),
                organization.netTermsDays(),
                organization.lateUsage(),
                organization.zeroInvoices(),
                eventAgeDays);
    }
}

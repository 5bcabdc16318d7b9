package dev.valora.billing.subscription;

import dev.valora.ingest.Organization;
import java.time.ZoneId;

/**
 * What the cycles that open now are given.
 *
 * @param zone in which days begin
 * @param graceHours that late usage gets
 * @param netTermsDays from issue to due date of invoices
 * @param lateUsage what becomes of earlier cycles' late usage when they close
 * @param zeroInvoices whether they are closed with invoices on which every amount is 0
 * @param eventAgeDays how old usage may be when it is accepted: so long a subscription that ended is still billed
 */
public record CyclePolicy(
        ZoneId zone,
        int graceHours,
        int netTermsDays,
        Organization.LateUsage lateUsage,
        Organization.ZeroInvoices zeroInvoices,
        int eventAgeDays) {}

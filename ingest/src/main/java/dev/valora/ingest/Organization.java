package dev.valora.ingest;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/**
 * An organization and its policies.
 *
 * @param currency of all its prices and invoices; never changes once usage exists
 * @param zone in which its days begin; never changes once usage exists
 * @param windowMinutes 60, or 15 where the zone has had an offset since 2000 that is not a whole hour
 * @param usageGraceHours how long after a period's end its usage may still arrive and be billed with it
 * @param lateUsage what becomes of usage accepted after its cycle's cut
 * @param zeroInvoices whether an invoice on which every amount is 0 is issued
 * @param netTermsDays from issue to due date
 */
public record Organization(
        OrganizationId id,
        String name,
        Currency currency,
        ZoneId zone,
        int windowMinutes,
        int usageGraceHours,
        LateUsage lateUsage,
        ZeroInvoices zeroInvoices,
        int netTermsDays,
        @Nullable Issuer issuer,
        String invoicePrefix,
        Instant createdAt) {

    /** What becomes of usage accepted after its cycle's cut. */
    public enum LateUsage {
        /** A line on the next invoice. */
        BILL_NEXT,
        /** Written down, never billed. */
        RECORD_ONLY
    }

    /** What becomes of an invoice on which every amount is 0. */
    public enum ZeroInvoices {
        /** It is issued like any other: a paper trail. */
        ISSUE,
        /** Its cycle is closed without it. */
        SKIP
    }

    /** Who sends the invoices. */
    public record Issuer(
            String name, @Nullable String address, @Nullable String taxId) {}
}

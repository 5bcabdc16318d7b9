package dev.valora.billing;

import dev.valora.aggregator.AcceptedWindowReader;
import dev.valora.aggregator.ChangedWindowReader;
import dev.valora.aggregator.QuantityReader;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.Database;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationDirectory;
import dev.valora.ingest.WallClock;

/**
 * What billing needs of the rest of the server.
 *
 * @param organizations for zones and policies
 * @param meters that usage prices may name
 * @param quantities that invoices are computed from
 * @param changedWindows that tell of late usage
 * @param acceptedWindows whose fates are told
 * @param applied how far usage is in the windows
 * @param eventAgeDays how old usage may be when it is accepted; at least 1
 */
public record BillingPorts(
        Database database,
        OrganizationDirectory organizations,
        MeterDirectory meters,
        QuantityReader quantities,
        ChangedWindowReader changedWindows,
        AcceptedWindowReader acceptedWindows,
        AppliedUsage applied,
        WallClock clock,
        int eventAgeDays) {}

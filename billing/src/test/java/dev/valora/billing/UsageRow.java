package dev.valora.billing;

import dev.valora.ingest.OrganizationId;

/**
 * A window row of usage without dimensions, as the fold writes it. Several of one window and one hour lie beside each other, as those
 * of several dimensions do.
 *
 * @param windowStart an instant
 * @param acceptedHour an instant
 */
public record UsageRow(
        OrganizationId organization, String meter, String customer, String windowStart, String acceptedHour) {

    /** Inserts the row, with one event. */
    public void insert(BillingApi api, String value) {
        insert(api, value, 1, false);
    }

    /**
     * Inserts the row.
     *
     * @param value a decimal or NULL
     * @param resets whether it is what is left of the window through its hour
     */
    public void insert(BillingApi api, String value, int events, boolean resets) {
        api.asSuperuser(
                """
                WITH beside AS (
                    SELECT lpad(to_hex(count(*)), 32, '0')::uuid AS dimensions_key
                    FROM usage.series JOIN usage.windows USING (series_id)
                    WHERE series.organization_id = '%1$s' AND meter = '%2$s' AND customer = '%3$s'
                        AND window_start = '%4$s' AND accepted_hour = '%5$s'),
                begun AS (
                    INSERT INTO usage.series AS s (organization_id, meter, customer, dimensions_key, dimensions)
                    SELECT '%1$s', '%2$s', '%3$s', dimensions_key, '{}' FROM beside
                    ON CONFLICT (customer, meter, organization_id, dimensions_key) DO UPDATE SET dimensions = s.dimensions
                    RETURNING series_id)
                INSERT INTO usage.windows (series_id, organization_id, window_start, accepted_hour, value, events,
                    first_position, last_position, resets)
                SELECT series_id, '%1$s', '%4$s', '%5$s', %6$s, %7$d, 1, 1, %8$b FROM begun
                """.formatted(organization.value(), meter, customer, windowStart, acceptedHour, value, events, resets));
    }
}

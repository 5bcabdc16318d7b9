-- Billing asks, each time that it closes a cycle, which windows of earlier cycles have changed since it last looked. Usage and
-- voids of earlier cycles are accepted in a later hour than that of their window, and most rows are not.
CREATE INDEX windows_late ON usage.windows (organization_id, meter, customer, accepted_hour, window_start)
    WHERE accepted_hour > window_start;

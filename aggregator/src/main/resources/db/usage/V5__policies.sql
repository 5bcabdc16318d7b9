-- The organization of a transaction is asked once a statement, not once a row.
ALTER POLICY own ON usage.windows
    USING (organization_id = (SELECT nullif(current_setting('app.organization', true), '')::uuid));
ALTER POLICY own ON usage.skipped_events
    USING (organization_id = (SELECT nullif(current_setting('app.organization', true), '')::uuid));
ALTER POLICY own ON usage.voids
    USING (organization_id = (SELECT nullif(current_setting('app.organization', true), '')::uuid));

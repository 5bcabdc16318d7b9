-- What a subscription has from which day on, as it was asked for. The days of its items follow from it.

-- Who took whose place cannot be told from the days of items that have changed. There was no release with them.
ALTER TABLE billing.subscriptions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE billing.items NO FORCE ROW LEVEL SECURITY;
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM billing.items i
        JOIN billing.subscriptions s ON s.organization_id = i.organization_id AND s.id = i.subscription_id
        WHERE i.end_date IS NOT NULL OR i.start_date <> s.start_date OR i.charged_from <> s.start_date) THEN
        RAISE EXCEPTION 'This database holds changed subscriptions of a development version, which this version cannot carry over.'
            USING HINT = 'Nothing was changed. Start this version with an empty data directory and an empty database.';
    END IF;
END $$;

CREATE TABLE billing.arrangements (
    organization_id uuid    NOT NULL,
    subscription_id uuid    NOT NULL,
    -- 0 is what the subscription began with; what was asked for later replaces what was arranged for its day or later.
    number          integer NOT NULL CHECK (number >= 0),
    day             date    NOT NULL,
    -- With proration; without it, after the period that contains the day; or with the period that the day was to begin when this was
    -- asked for.
    charging        text    NOT NULL CHECK (charging IN ('by_days', 'after_period', 'with_period')),
    items           uuid[]  NOT NULL,
    PRIMARY KEY (organization_id, subscription_id, number),
    FOREIGN KEY (organization_id, subscription_id) REFERENCES billing.subscriptions (organization_id, id)
);
INSERT INTO billing.arrangements
    SELECT organization_id, subscription_id, 0, start_date, 'by_days', array_agg(id ORDER BY created_order)
    FROM billing.items GROUP BY organization_id, subscription_id, start_date;
ALTER TABLE billing.subscriptions FORCE ROW LEVEL SECURITY;
ALTER TABLE billing.items FORCE ROW LEVEL SECURITY;

ALTER TABLE billing.arrangements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own_organization ON billing.arrangements TO valora_app
    USING (organization_id = (SELECT nullif(current_setting('app.organization', true), '')::uuid))
    WITH CHECK (organization_id = (SELECT nullif(current_setting('app.organization', true), '')::uuid));
GRANT SELECT, INSERT ON billing.arrangements TO valora_app;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.arrangements
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change();

-- Invoices on which every amount is 0 are issued, or left out, as the organization says when the cycle opens.
ALTER TABLE billing.cycles
    ADD COLUMN zero_invoices text NOT NULL DEFAULT 'issue' CHECK (zero_invoices IN ('issue', 'skip'));

-- What a cycle that was closed without such an invoice was billed under: its usage may still become late. What it billed, which
-- is 0, stands in the ledger like that of any other, and names no invoice.
CREATE TABLE billing.uninvoiced_cycles (
    organization_id uuid    NOT NULL,
    subscription_id uuid    NOT NULL,
    cycle           integer NOT NULL CHECK (cycle >= 0),
    closing         jsonb   NOT NULL,
    PRIMARY KEY (organization_id, subscription_id, cycle),
    FOREIGN KEY (organization_id, subscription_id) REFERENCES billing.subscriptions (organization_id, id)
);
ALTER TABLE billing.uninvoiced_cycles ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
-- The setting is read once a statement, not once a row.
CREATE POLICY own_organization ON billing.uninvoiced_cycles TO valora_app
    USING (organization_id = (SELECT nullif(current_setting('app.organization', true), '')::uuid))
    WITH CHECK (organization_id = (SELECT nullif(current_setting('app.organization', true), '')::uuid));
GRANT SELECT, INSERT ON billing.uninvoiced_cycles TO valora_app;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.uninvoiced_cycles
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change();

-- Subscriptions that change: other items, other intervals, an end that moves, and cycles behind the end. Invoices that are paid,
-- overdue or void, and amounts that are put on them by hand.

-- What the ledger of the versions before says cannot be told in the terms of this one, nor under which policy their cycles opened.
-- There was no release with them; where there are subscriptions, and with them invoices, all the same, nothing is lost silently.
ALTER TABLE billing.subscriptions NO FORCE ROW LEVEL SECURITY;
DO $$
BEGIN
    IF EXISTS (SELECT FROM billing.subscriptions) THEN
        RAISE EXCEPTION 'This database holds subscriptions of a development version, which this version cannot carry over.'
            USING HINT = 'Nothing was changed. Start this version with an empty data directory and an empty database.';
    END IF;
END $$;
ALTER TABLE billing.subscriptions FORCE ROW LEVEL SECURITY;

ALTER TABLE billing.subscriptions
    -- The intervals that follow the first one: [{"from": date, "unit": "year", "count": 1}], in the order of their days.
    ADD COLUMN interval_changes jsonb NOT NULL DEFAULT '[]';
CREATE INDEX subscriptions_of_status ON billing.subscriptions (organization_id, status, created_order);

-- Days for which a licence is charged may differ from those on which it lives, after a change without proration. An item that
-- was replaced before it began ends on the day it starts.
ALTER TABLE billing.items
    ADD COLUMN charged_from date,
    ADD COLUMN charged_until date,
    DROP CONSTRAINT items_check,
    ADD CONSTRAINT items_days CHECK (end_date IS NULL OR end_date >= start_date),
    ADD CONSTRAINT items_charged CHECK (charged_until IS NULL OR charged_until >= charged_from);
UPDATE billing.items SET charged_from = start_date, charged_until = end_date;
ALTER TABLE billing.items ALTER COLUMN charged_from SET NOT NULL;

ALTER TABLE billing.cycles ADD COLUMN kind text NOT NULL DEFAULT 'billed' CHECK (kind IN ('trial', 'billed', 'tail'));
UPDATE billing.cycles SET kind = 'trial' WHERE is_trial;
ALTER TABLE billing.cycles
    ALTER COLUMN kind DROP DEFAULT,
    DROP COLUMN is_trial,
    -- What becomes of usage of earlier cycles that is late when this one closes; frozen when it opens.
    ADD COLUMN late_usage text NOT NULL CHECK (late_usage IN ('bill_next', 'record_only'));

-- What closing a cycle billed, gave back or waived: of its own usage and licences, of the next cycle's licences in advance, and
-- of earlier cycles. A cycle may be closed without an invoice and still leave entries.
DROP TABLE billing.ledger;
CREATE TABLE billing.ledger (
    organization_id uuid    NOT NULL,
    subscription_id uuid    NOT NULL,
    -- Which cycle was closed, in which revision of its invoice, and which entry of that it is.
    closed_cycle    integer NOT NULL,
    revision        integer NOT NULL,
    kind            text    NOT NULL CHECK (kind IN ('billed', 'credited', 'waived')),
    entry           integer NOT NULL,
    -- Whose usage or licence it is.
    cycle           integer NOT NULL,
    item_id         uuid    NOT NULL,
    price           text    NOT NULL,
    amount          numeric NOT NULL,
    quantity        numeric NOT NULL,
    -- Days of a licence charged in advance; null for everything else.
    days_from       date,
    days_to         date,
    invoice_id      uuid,
    PRIMARY KEY (organization_id, subscription_id, closed_cycle, revision, kind, entry),
    FOREIGN KEY (organization_id, invoice_id) REFERENCES billing.invoices (organization_id, id),
    CHECK ((days_from IS NULL) = (days_to IS NULL)),
    CHECK (kind <> 'credited' OR days_from IS NOT NULL)
);
CREATE INDEX ledger_of_cycle ON billing.ledger (organization_id, subscription_id, cycle);
CREATE INDEX ledger_of_invoice ON billing.ledger (organization_id, invoice_id);

-- When an unpaid invoice is overdue: the start of the day after its due date. Null once that was noticed, or it is not unpaid.
ALTER TABLE billing.invoices ADD COLUMN overdue_at timestamptz;
CREATE INDEX invoices_overdue ON billing.invoices (organization_id, overdue_at, id) WHERE overdue_at IS NOT NULL;
CREATE INDEX invoices_unpaid ON billing.invoices (organization_id, subscription_id, due_date) WHERE status = 'finalized';
CREATE INDEX invoices_void ON billing.invoices (organization_id, subscription_id) WHERE status = 'void';
GRANT UPDATE (status, paid_at, payment_reference, voided_at, void_reason, overdue_at) ON billing.invoices TO valora_app;
CREATE POLICY find_due_work ON billing.invoices FOR SELECT TO valora_system USING (true);
GRANT SELECT (organization_id, subscription_id, overdue_at) ON billing.invoices TO valora_system;

-- What somebody puts on the next invoice of a subscription. Without an invoice it waits; a void lets it wait again.
CREATE TABLE billing.adjustments (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    subscription_id uuid        NOT NULL,
    created_order   bigint      GENERATED ALWAYS AS IDENTITY,
    amount          numeric     NOT NULL,
    description     text        NOT NULL,
    reason          text        NOT NULL,
    created_at      timestamptz NOT NULL,
    invoice_id      uuid,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, subscription_id) REFERENCES billing.subscriptions (organization_id, id),
    FOREIGN KEY (organization_id, invoice_id) REFERENCES billing.invoices (organization_id, id)
);
CREATE INDEX adjustments_waiting ON billing.adjustments (organization_id, subscription_id, created_order)
    WHERE invoice_id IS NULL;
CREATE INDEX adjustments_of_invoice ON billing.adjustments (organization_id, invoice_id) WHERE invoice_id IS NOT NULL;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ledger', 'adjustments']
    LOOP
        EXECUTE format('ALTER TABLE billing.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE billing.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY own_organization ON billing.%I TO valora_app
                 USING (organization_id = nullif(current_setting(''app.organization'', true), '''')::uuid)
                 WITH CHECK (organization_id = nullif(current_setting(''app.organization'', true), '''')::uuid)', name);
        EXECUTE format('GRANT SELECT, INSERT ON billing.%I TO valora_app', name);
    END LOOP;
    GRANT UPDATE (invoice_id) ON billing.adjustments TO valora_app;
END $$;

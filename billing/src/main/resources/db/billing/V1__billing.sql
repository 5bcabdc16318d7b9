-- Schema billing: catalog, customers, subscriptions, cycles, invoices, the ledger of what was billed, and the audit trail.
--
-- Every table carries organization_id and has forced row-level security: valora_app sees the organization that its database
-- transaction was told, valora_system sees just enough to find due work. Neither owns anything.

CREATE TABLE billing.customers (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    created_order   bigint      GENERATED ALWAYS AS IDENTITY,
    key             text        NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    name            text        NOT NULL,
    email           text,
    address         text,
    metadata        jsonb       NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, key)
);
CREATE INDEX customers_in_order ON billing.customers (organization_id, created_order);

CREATE TABLE billing.products (
    organization_id uuid        NOT NULL,
    code            text        NOT NULL,
    created_order   bigint      GENERATED ALWAYS AS IDENTITY,
    name            text        NOT NULL,
    description     text,
    metadata        jsonb       NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL,
    archived_at     timestamptz,
    PRIMARY KEY (organization_id, code)
);

CREATE TABLE billing.prices (
    organization_id uuid        NOT NULL,
    code            text        NOT NULL,
    created_order   bigint      GENERATED ALWAYS AS IDENTITY,
    product         text        NOT NULL,
    name            text,
    type            text        NOT NULL CHECK (type IN ('recurring', 'usage')),
    meter           text,
    filter          jsonb,
    interval_unit   text        NOT NULL CHECK (interval_unit IN ('day', 'week', 'month', 'quarter', 'year')),
    interval_count  integer     NOT NULL CHECK (interval_count BETWEEN 1 AND 36),
    timing          text        NOT NULL CHECK (timing IN ('advance', 'arrears')),
    created_at      timestamptz NOT NULL,
    archived_at     timestamptz,
    PRIMARY KEY (organization_id, code),
    FOREIGN KEY (organization_id, product) REFERENCES billing.products (organization_id, code),
    CHECK ((type = 'usage') = (meter IS NOT NULL)),
    CHECK (type = 'recurring' OR timing = 'arrears')
);

-- Append-only: what a price charges, each version effective from a date until the next one's.
CREATE TABLE billing.price_versions (
    organization_id uuid        NOT NULL,
    price           text        NOT NULL,
    version         integer     NOT NULL CHECK (version >= 1),
    effective_from  date,
    terms           jsonb       NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (organization_id, price, version),
    UNIQUE NULLS NOT DISTINCT (organization_id, price, effective_from),
    FOREIGN KEY (organization_id, price) REFERENCES billing.prices (organization_id, code),
    CHECK (effective_from IS NOT NULL OR version = 1)
);

CREATE TABLE billing.plans (
    organization_id uuid        NOT NULL,
    code            text        NOT NULL,
    created_order   bigint      GENERATED ALWAYS AS IDENTITY,
    name            text        NOT NULL,
    prices          text[]      NOT NULL,
    trial_days      integer     NOT NULL DEFAULT 0 CHECK (trial_days BETWEEN 0 AND 730),
    metadata        jsonb       NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL,
    archived_at     timestamptz,
    PRIMARY KEY (organization_id, code)
);

CREATE TABLE billing.subscriptions (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    created_order   bigint      GENERATED ALWAYS AS IDENTITY,
    customer_id     uuid        NOT NULL,
    status          text        NOT NULL CHECK (status IN ('scheduled', 'trialing', 'active', 'past_due', 'canceled')),
    plan            text,
    interval_unit   text        NOT NULL,
    interval_count  integer     NOT NULL,
    start_date      date        NOT NULL,
    -- The start of that day in the organization's zone: from then on it is due to begin.
    starts_at       timestamptz NOT NULL,
    trial_end       date,
    -- The unclamped day of the month from which every period is computed; null for the first billed day's.
    anchor_day      integer     CHECK (anchor_day BETWEEN 1 AND 31),
    -- The first day not billed; null while nothing ends the subscription.
    cancel_at       date,
    canceled_at     timestamptz,
    metadata        jsonb       NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL,
    -- A subscription that failed waits here, with what was due and why it failed, until retry_at; the others go on.
    failed_attempts integer     NOT NULL DEFAULT 0,
    failed_due      timestamptz,
    failure         text,
    retry_at        timestamptz,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, customer_id) REFERENCES billing.customers (organization_id, id)
);
CREATE INDEX subscriptions_in_order ON billing.subscriptions (organization_id, created_order);
CREATE INDEX subscriptions_of_customer ON billing.subscriptions (organization_id, customer_id);
CREATE INDEX subscriptions_to_start ON billing.subscriptions (organization_id, starts_at, id) WHERE status = 'scheduled';
CREATE INDEX subscriptions_set_aside ON billing.subscriptions (retry_at) WHERE retry_at IS NOT NULL;

CREATE TABLE billing.items (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    subscription_id uuid        NOT NULL,
    created_order   bigint      GENERATED ALWAYS AS IDENTITY,
    price           text        NOT NULL,
    quantity        numeric     NOT NULL CHECK (quantity >= 0),
    start_date      date        NOT NULL,
    end_date        date,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, subscription_id) REFERENCES billing.subscriptions (organization_id, id),
    FOREIGN KEY (organization_id, price) REFERENCES billing.prices (organization_id, code),
    CHECK (end_date IS NULL OR end_date > start_date)
);
CREATE INDEX items_of_subscription ON billing.items (organization_id, subscription_id);
CREATE INDEX items_of_price ON billing.items (organization_id, price);

CREATE TABLE billing.transitions (
    organization_id uuid        NOT NULL,
    subscription_id uuid        NOT NULL,
    created_order   bigint      GENERATED ALWAYS AS IDENTITY,
    from_status     text,
    to_status       text        NOT NULL,
    reason          text        NOT NULL,
    actor           text        NOT NULL,
    effective_date  date        NOT NULL,
    occurred_at     timestamptz NOT NULL,
    PRIMARY KEY (organization_id, subscription_id, created_order),
    FOREIGN KEY (organization_id, subscription_id) REFERENCES billing.subscriptions (organization_id, id)
);

-- One period of one subscription. Number 0 is the opening: no period of its own, only the first advance charges.
CREATE TABLE billing.cycles (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    subscription_id uuid        NOT NULL,
    number          integer     NOT NULL CHECK (number >= 0),
    period_start    date        NOT NULL,
    period_end      date        NOT NULL,
    -- Instants, grace and net terms are frozen when the cycle opens.
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    grace_hours     integer     NOT NULL,
    accepted_before timestamptz NOT NULL,
    net_terms_days  integer     NOT NULL,
    is_trial        boolean     NOT NULL DEFAULT false,
    state           text        NOT NULL CHECK (state IN ('open', 'awaiting_cut', 'closed')),
    closed_at       timestamptz,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, subscription_id, number),
    FOREIGN KEY (organization_id, subscription_id) REFERENCES billing.subscriptions (organization_id, id),
    CHECK (period_end > period_start AND ends_at > starts_at)
);
CREATE INDEX cycles_to_roll ON billing.cycles (organization_id, ends_at, subscription_id) WHERE state = 'open';
CREATE INDEX cycles_to_close ON billing.cycles (organization_id, accepted_before, period_end, subscription_id, number)
    WHERE state = 'awaiting_cut';
CREATE UNIQUE INDEX cycles_open ON billing.cycles (organization_id, subscription_id) WHERE state = 'open';
CREATE INDEX cycles_by_cut ON billing.cycles (accepted_before) WHERE state = 'awaiting_cut';

CREATE TABLE billing.invoices (
    organization_id uuid        NOT NULL,
    id              uuid        NOT NULL,
    sequence        bigint      NOT NULL CHECK (sequence >= 1),
    number          text        NOT NULL,
    revision        integer     NOT NULL DEFAULT 1 CHECK (revision >= 1),
    status          text        NOT NULL CHECK (status IN ('finalized', 'paid', 'void')),
    customer_id     uuid        NOT NULL,
    subscription_id uuid        NOT NULL,
    cycle           integer     NOT NULL,
    currency        text        NOT NULL,
    period_start    date        NOT NULL,
    period_end      date        NOT NULL,
    issue_date      date        NOT NULL,
    due_date        date        NOT NULL,
    subtotal        numeric     NOT NULL,
    total           numeric     NOT NULL,
    cut_from        timestamptz NOT NULL,
    cut_to          timestamptz NOT NULL,
    accepted_before timestamptz NOT NULL,
    terms           jsonb       NOT NULL,
    lines           jsonb       NOT NULL,
    content_hash    text        NOT NULL,
    finalized_at    timestamptz NOT NULL,
    paid_at         timestamptz,
    payment_reference text,
    voided_at       timestamptz,
    void_reason     text,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, sequence),
    UNIQUE (organization_id, number),
    UNIQUE (organization_id, subscription_id, cycle, revision),
    FOREIGN KEY (organization_id, subscription_id) REFERENCES billing.subscriptions (organization_id, id)
);
CREATE INDEX invoices_of_status ON billing.invoices (organization_id, status, sequence);
CREATE INDEX invoices_issued ON billing.invoices (organization_id, issue_date, sequence);
CREATE INDEX invoices_finalized ON billing.invoices (organization_id, finalized_at, sequence);
CREATE INDEX invoices_of_customer ON billing.invoices (organization_id, customer_id, sequence);

-- What each invoice billed, or waived, of each cycle, item and price.
CREATE TABLE billing.ledger (
    organization_id uuid    NOT NULL,
    invoice_id      uuid    NOT NULL,
    subscription_id uuid    NOT NULL,
    cycle           integer NOT NULL,
    item_id         uuid    NOT NULL,
    price           text    NOT NULL,
    kind            text    NOT NULL CHECK (kind IN ('billed', 'waived')),
    amount          numeric NOT NULL,
    PRIMARY KEY (organization_id, invoice_id, subscription_id, cycle, item_id, price, kind),
    FOREIGN KEY (organization_id, invoice_id) REFERENCES billing.invoices (organization_id, id)
);

-- The next invoice number and the next audit entry of an organization. Every change of its billing locks this row first.
CREATE TABLE billing.numbering (
    organization_id  uuid   NOT NULL PRIMARY KEY,
    next_sequence    bigint NOT NULL DEFAULT 1 CHECK (next_sequence >= 1),
    next_audit_entry bigint NOT NULL DEFAULT 1 CHECK (next_audit_entry >= 1)
);

CREATE TABLE billing.audit (
    organization_id uuid        NOT NULL,
    entry           bigint      NOT NULL CHECK (entry >= 1),
    occurred_at     timestamptz NOT NULL,
    actor           text        NOT NULL,
    action          text        NOT NULL,
    target          text        NOT NULL,
    before          jsonb,
    after           jsonb,
    request_id      text,
    PRIMARY KEY (organization_id, entry)
);
CREATE INDEX audit_of_target ON billing.audit (organization_id, target, entry);

CREATE FUNCTION billing.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'billing.% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.audit
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.price_versions
    FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change();

GRANT USAGE ON SCHEMA billing TO valora_app, valora_system;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['customers', 'products', 'prices', 'price_versions', 'plans', 'subscriptions', 'items',
        'transitions', 'cycles', 'invoices', 'ledger', 'numbering', 'audit']
    LOOP
        EXECUTE format('ALTER TABLE billing.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE billing.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY own_organization ON billing.%I TO valora_app
                 USING (organization_id = nullif(current_setting(''app.organization'', true), '''')::uuid)
                 WITH CHECK (organization_id = nullif(current_setting(''app.organization'', true), '''')::uuid)', name);
        EXECUTE format('GRANT SELECT, INSERT ON billing.%I TO valora_app', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['customers', 'products', 'prices', 'plans', 'subscriptions', 'items', 'cycles',
        'numbering']
    LOOP
        EXECUTE format('GRANT UPDATE ON billing.%I TO valora_app', name);
    END LOOP;
    -- Finding due work across organizations needs to know that there is some, and why some waits, not what it is.
    FOREACH name IN ARRAY ARRAY['numbering', 'subscriptions', 'cycles']
    LOOP
        EXECUTE format('CREATE POLICY find_due_work ON billing.%I FOR SELECT TO valora_system USING (true)', name);
    END LOOP;
    GRANT SELECT (organization_id) ON billing.numbering TO valora_system;
    GRANT SELECT (organization_id, id, status, starts_at, created_at, failed_due, failure, retry_at) ON billing.subscriptions
        TO valora_system;
    GRANT SELECT (organization_id, subscription_id, state, period_end, ends_at, accepted_before) ON billing.cycles
        TO valora_system;
END $$;

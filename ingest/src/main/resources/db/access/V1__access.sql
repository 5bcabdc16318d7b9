-- Organizations, their API keys, their meters, and replies that are remembered for retries.
--
-- The migrating role owns the tables. The server takes one of two roles that own nothing and may not bypass row-level
-- security: valora_app sees one organization, the one named by app.organization in its transaction; valora_system sees
-- across organizations only the columns granted to it here. Row-level security is forced, so that it also holds for the owner.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['valora_app', 'valora_system'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            RAISE NOTICE 'role % was created by another database of this cluster at the same moment', wanted;
        END;
        BEGIN
            EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
        EXCEPTION WHEN insufficient_privilege THEN
            -- An administrator may have granted it before. The server tries to take both roles when it starts.
            RAISE NOTICE 'role % could not be granted by %', wanted, current_user;
        END;
    END LOOP;
END
$$;

CREATE SCHEMA IF NOT EXISTS access;
GRANT USAGE ON SCHEMA access TO valora_app, valora_system;

-- Organizations -------------------------------------------------------------------------------------------------------

CREATE TABLE access.organizations (
    organization_id   uuid        NOT NULL PRIMARY KEY,
    row_id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
    name              text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    currency          text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    timezone          text        NOT NULL CHECK (char_length(timezone) BETWEEN 1 AND 64),
    window_minutes    smallint    NOT NULL CHECK (window_minutes IN (15, 60)),
    usage_grace_hours integer     NOT NULL CHECK (usage_grace_hours BETWEEN 0 AND 720),
    late_usage        text        NOT NULL CHECK (late_usage IN ('bill_next', 'record_only')),
    net_terms_days    integer     NOT NULL CHECK (net_terms_days BETWEEN 0 AND 365),
    issuer_name       text        CHECK (char_length(issuer_name) BETWEEN 1 AND 255),
    issuer_address    text        CHECK (char_length(issuer_address) BETWEEN 1 AND 1000),
    issuer_tax_id     text        CHECK (char_length(issuer_tax_id) BETWEEN 1 AND 64),
    invoice_prefix    text        NOT NULL CHECK (invoice_prefix ~ '^[A-Za-z0-9._/#-]{1,20}$'),
    created_at        timestamptz NOT NULL,
    CHECK (issuer_name IS NOT NULL OR (issuer_address IS NULL AND issuer_tax_id IS NULL))
);

ALTER TABLE access.organizations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

GRANT SELECT,
      UPDATE (name, usage_grace_hours, late_usage, net_terms_days, issuer_name, issuer_address, issuer_tax_id, invoice_prefix)
    ON access.organizations TO valora_app;
CREATE POLICY own ON access.organizations TO valora_app
    USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);

-- The operator creates and lists organizations.
GRANT SELECT, INSERT ON access.organizations TO valora_system;
CREATE POLICY operator_reads ON access.organizations FOR SELECT TO valora_system USING (true);
CREATE POLICY operator_creates ON access.organizations FOR INSERT TO valora_system WITH CHECK (true);

-- API keys ------------------------------------------------------------------------------------------------------------

CREATE TABLE access.api_keys (
    organization_id uuid        NOT NULL REFERENCES access.organizations,
    key_id          uuid        NOT NULL PRIMARY KEY,
    row_id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
    name            text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    prefix          text        NOT NULL CHECK (char_length(prefix) BETWEEN 4 AND 16),
    secret_sha256   bytea       NOT NULL UNIQUE CHECK (octet_length(secret_sha256) = 32),
    scopes          text[]      NOT NULL CHECK (
        cardinality(scopes) BETWEEN 1 AND 5
        AND scopes <@ ARRAY['usage:write', 'usage:read', 'billing:read', 'billing:write', 'admin']),
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz,
    revoked_at      timestamptz
);

CREATE INDEX api_keys_list ON access.api_keys (organization_id, row_id);

ALTER TABLE access.api_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

GRANT SELECT (organization_id, key_id, row_id, name, prefix, scopes, created_at, expires_at, revoked_at),
      INSERT,
      UPDATE (revoked_at)
    ON access.api_keys TO valora_app;
CREATE POLICY own ON access.api_keys TO valora_app
    USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);

-- Finding a key by its hash, before its organization is known; and the first key of a new organization.
GRANT SELECT (organization_id, key_id, prefix, secret_sha256, scopes, expires_at, revoked_at),
      INSERT
    ON access.api_keys TO valora_system;
CREATE POLICY authentication ON access.api_keys FOR SELECT TO valora_system USING (true);
CREATE POLICY first_key ON access.api_keys FOR INSERT TO valora_system WITH CHECK (true);

-- Meters --------------------------------------------------------------------------------------------------------------

-- What a meter computes is in the journal and stands here for listing only; its name and unit live here alone.
CREATE TABLE access.meters (
    organization_id uuid        NOT NULL REFERENCES access.organizations,
    code            text        NOT NULL CHECK (code ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'),
    row_id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
    name            text        CHECK (char_length(name) BETWEEN 1 AND 255),
    unit            text        CHECK (char_length(unit) BETWEEN 1 AND 64),
    aggregation     text        NOT NULL CHECK (
        aggregation IN ('count', 'sum', 'max', 'min', 'latest', 'unique_count', 'time_weighted_sum')),
    event_type      text        NOT NULL CHECK (char_length(event_type) BETWEEN 1 AND 255),
    value_property  text        CHECK (char_length(value_property) BETWEEN 1 AND 128),
    dimensions      text[]      NOT NULL CHECK (cardinality(dimensions) <= 8),
    created_at      timestamptz NOT NULL,
    archived_at     timestamptz,
    PRIMARY KEY (organization_id, code)
);

CREATE INDEX meters_list ON access.meters (organization_id, row_id);

ALTER TABLE access.meters ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE (name, unit, archived_at) ON access.meters TO valora_app;
CREATE POLICY own ON access.meters TO valora_app
    USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);

-- Finding journaled meters whose row is missing after a crash.
GRANT SELECT (organization_id, code, archived_at) ON access.meters TO valora_system;
CREATE POLICY reconciliation ON access.meters FOR SELECT TO valora_system USING (true);

-- Remembered replies --------------------------------------------------------------------------------------------------

-- A row without a status is claimed: its request is being worked on, or its end is unknown.
CREATE TABLE access.idempotent_replies (
    organization_id uuid        NOT NULL REFERENCES access.organizations,
    key             text        NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    row_id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
    request_hash    text        NOT NULL CHECK (char_length(request_hash) BETWEEN 1 AND 128),
    claimed_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    status          smallint    CHECK (status BETWEEN 100 AND 599),
    content_type    text,
    headers         text,
    body            bytea,
    PRIMARY KEY (organization_id, key),
    CHECK ((status IS NULL) = (body IS NULL) AND (status IS NULL) = (content_type IS NULL)
        AND (status IS NULL) = (headers IS NULL))
);

CREATE INDEX idempotent_replies_expiry ON access.idempotent_replies (expires_at);

ALTER TABLE access.idempotent_replies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE, DELETE ON access.idempotent_replies TO valora_app;
CREATE POLICY own ON access.idempotent_replies TO valora_app
    USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);

-- Purging sees when a row expires, not what was answered.
GRANT SELECT (row_id, expires_at), DELETE ON access.idempotent_replies TO valora_system;
CREATE POLICY purge_finds ON access.idempotent_replies FOR SELECT TO valora_system USING (true);
CREATE POLICY purge_deletes ON access.idempotent_replies FOR DELETE TO valora_system USING (true);

-- The operator belongs to no organization.
CREATE TABLE access.operator_replies (
    key          text        NOT NULL PRIMARY KEY CHECK (char_length(key) BETWEEN 1 AND 255),
    row_id       bigint      NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
    request_hash text        NOT NULL CHECK (char_length(request_hash) BETWEEN 1 AND 128),
    claimed_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    status       smallint    CHECK (status BETWEEN 100 AND 599),
    content_type text,
    headers      text,
    body         bytea,
    CHECK ((status IS NULL) = (body IS NULL) AND (status IS NULL) = (content_type IS NULL)
        AND (status IS NULL) = (headers IS NULL))
);

CREATE INDEX operator_replies_expiry ON access.operator_replies (expires_at);

ALTER TABLE access.operator_replies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE, DELETE ON access.operator_replies TO valora_system;
CREATE POLICY operator ON access.operator_replies TO valora_system USING (true);

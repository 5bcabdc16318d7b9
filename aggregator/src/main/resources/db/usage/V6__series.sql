-- A window row is found by the number of its series, which stands for organization, meter, customer and dimensions: an entry of its
-- index takes 36 bytes instead of 136, and is compared as three numbers.
--
-- Numbers are given when the fold first writes a series, so that series which began together lie together. Nothing but the rows of
-- windows may refer to them, and no answer may depend on them.

CREATE TABLE usage.series (
    series_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid   NOT NULL,
    dimensions_key  uuid   NOT NULL,
    meter           text   COLLATE "C" NOT NULL,
    customer        text   COLLATE "C" NOT NULL,
    dimensions      jsonb  NOT NULL,
    -- What differs most comes first: a look at one series then mostly compares one text, and not an organization and a meter as well.
    UNIQUE (customer, meter, organization_id, dimensions_key)
);

-- The fold alone writes, under the lock of the checkpoint, and nobody deletes: no foreign key looks a series up again for each row. The
-- organization is on each row because row-level security asks every row for it.
ALTER TABLE usage.windows RENAME TO windows_by_name;
ALTER TABLE usage.windows_by_name NO FORCE ROW LEVEL SECURITY;
CREATE TABLE usage.windows (
    series_id       bigint      NOT NULL,
    window_start    timestamptz NOT NULL,
    accepted_hour   timestamptz NOT NULL,
    events          bigint      NOT NULL,
    first_position  bigint      NOT NULL,
    last_position   bigint      NOT NULL,
    organization_id uuid        NOT NULL,
    resets          boolean     NOT NULL DEFAULT false,
    value           numeric,
    CHECK (first_position <= last_position)
) WITH (fillfactor = 70);

-- Rows that are there, as if this version had written them.
INSERT INTO usage.series (organization_id, meter, customer, dimensions_key, dimensions)
    SELECT organization_id, meter, customer, dimensions_key, dimensions
    FROM (
        SELECT DISTINCT ON (organization_id, meter, customer, dimensions_key)
            organization_id, meter, customer, dimensions_key, dimensions, first_position
        FROM usage.windows_by_name
        ORDER BY organization_id, meter, customer, dimensions_key, first_position
    ) begun
    ORDER BY first_position, organization_id, meter, customer, dimensions_key;
INSERT INTO usage.windows (series_id, window_start, accepted_hour, events, first_position, last_position,
        organization_id, resets, value)
    SELECT s.series_id, w.window_start, w.accepted_hour, w.events, w.first_position, w.last_position,
        w.organization_id, w.resets, w.value
    FROM usage.windows_by_name w JOIN usage.series s USING (organization_id, meter, customer, dimensions_key)
    ORDER BY w.first_position, s.series_id;
DROP TABLE usage.windows_by_name;

-- For whoever reads all customers.
CREATE INDEX series_of_meters ON usage.series (organization_id, meter, customer);
ALTER TABLE usage.windows ADD PRIMARY KEY (series_id, window_start, accepted_hour);
CREATE INDEX windows_resets ON usage.windows (series_id, window_start, accepted_hour) WHERE resets;
CREATE INDEX windows_late ON usage.windows (series_id, accepted_hour, window_start) WHERE accepted_hour > window_start;

ALTER TABLE usage.series ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT ON usage.series TO valora_app;
CREATE POLICY own ON usage.series FOR SELECT TO valora_app
    USING (organization_id = (SELECT nullif(current_setting('app.organization', true), '')::uuid));
GRANT SELECT, INSERT ON usage.series TO valora_system;
CREATE POLICY flush_reads ON usage.series FOR SELECT TO valora_system USING (true);
CREATE POLICY flush_inserts ON usage.series FOR INSERT TO valora_system WITH CHECK (true);

ALTER TABLE usage.windows ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT ON usage.windows TO valora_app;
CREATE POLICY own ON usage.windows FOR SELECT TO valora_app
    USING (organization_id = (SELECT nullif(current_setting('app.organization', true), '')::uuid));
GRANT SELECT, INSERT, UPDATE (value, events, first_position, last_position, resets) ON usage.windows TO valora_system;
CREATE POLICY flush_reads ON usage.windows FOR SELECT TO valora_system USING (true);
CREATE POLICY flush_inserts ON usage.windows FOR INSERT TO valora_system WITH CHECK (true);
CREATE POLICY flush_updates ON usage.windows FOR UPDATE TO valora_system USING (true) WITH CHECK (true);

-- The windows of every meter, how much of the journal they hold, and what meters skipped.
--
-- Rows are written by valora_system, from the journal alone and together with the checkpoint; valora_app reads those of one
-- organization. Nothing refers to tables of other schemas: the journal is the only source.

CREATE SCHEMA IF NOT EXISTS usage;
GRANT USAGE ON SCHEMA usage TO valora_app, valora_system;

-- Windows -------------------------------------------------------------------------------------------------------------

-- dimensions_key is the nil UUID for {} and otherwise the first half of a SHA-256 over names and values: dimensions may be
-- longer than an index takes. Text compares by its bytes, so that order and equality are the same on every server.
-- A row of a busy window is updated with every flush: with room on its page that leaves the index alone.
CREATE TABLE usage.windows (
    organization_id uuid        NOT NULL,
    meter           text        COLLATE "C" NOT NULL,
    customer        text        COLLATE "C" NOT NULL,
    window_start    timestamptz NOT NULL,
    accepted_hour   timestamptz NOT NULL,
    dimensions_key  uuid        NOT NULL,
    dimensions      jsonb       NOT NULL,
    value           numeric     NOT NULL,
    events          bigint      NOT NULL,
    first_position  bigint      NOT NULL,
    last_position   bigint      NOT NULL,
    PRIMARY KEY (organization_id, meter, customer, window_start, accepted_hour, dimensions_key),
    CHECK (first_position <= last_position)
) WITH (fillfactor = 70);

ALTER TABLE usage.windows ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

GRANT SELECT ON usage.windows TO valora_app;
CREATE POLICY own ON usage.windows FOR SELECT TO valora_app
    USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);

-- Adding to a row reads it.
GRANT SELECT, INSERT, UPDATE (value, events, first_position, last_position) ON usage.windows TO valora_system;
CREATE POLICY flush_reads ON usage.windows FOR SELECT TO valora_system USING (true);
CREATE POLICY flush_inserts ON usage.windows FOR INSERT TO valora_system WITH CHECK (true);
CREATE POLICY flush_updates ON usage.windows FOR UPDATE TO valora_system USING (true) WITH CHECK (true);

-- Skipped events ------------------------------------------------------------------------------------------------------

-- Events addressed by type that lack a decimal where the meter looks for its value.
CREATE TABLE usage.skipped_events (
    organization_id uuid   NOT NULL,
    meter           text   COLLATE "C" NOT NULL,
    events          bigint NOT NULL,
    last_position   bigint NOT NULL,
    PRIMARY KEY (organization_id, meter)
);

ALTER TABLE usage.skipped_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

GRANT SELECT ON usage.skipped_events TO valora_app;
CREATE POLICY own ON usage.skipped_events FOR SELECT TO valora_app
    USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE (events, last_position) ON usage.skipped_events TO valora_system;
CREATE POLICY flush_reads ON usage.skipped_events FOR SELECT TO valora_system USING (true);
CREATE POLICY flush_inserts ON usage.skipped_events FOR INSERT TO valora_system WITH CHECK (true);
CREATE POLICY flush_updates ON usage.skipped_events FOR UPDATE TO valora_system USING (true) WITH CHECK (true);

-- Checkpoint ----------------------------------------------------------------------------------------------------------

-- One row, of no organization. The windows hold every entry of the journal up to applied_sequence and the first
-- applied_records records of the entry after it; all usage accepted before applied_through is among them.
CREATE TABLE usage.checkpoint (
    only_row         boolean     NOT NULL PRIMARY KEY DEFAULT true CHECK (only_row),
    journal_id       uuid        NOT NULL,
    applied_sequence bigint      NOT NULL CHECK (applied_sequence >= 0),
    applied_records  integer     NOT NULL CHECK (applied_records >= 0),
    applied_through  timestamptz NOT NULL
);

ALTER TABLE usage.checkpoint ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

GRANT SELECT,
      INSERT,
      UPDATE (applied_sequence, applied_records, applied_through)
    ON usage.checkpoint TO valora_system;
CREATE POLICY fold ON usage.checkpoint TO valora_system USING (true) WITH CHECK (true);

-- Which events were voided: by the position of the event, so that whoever lists events knows which of them count at a cut without
-- reading the journal to its end.
--
-- Rows are written together with the windows that they changed. They stay when the journal lets an event go; there are as many as
-- voids, which are few.

CREATE TABLE usage.voids (
    organization_id uuid        NOT NULL,
    event_position  bigint      NOT NULL,
    void_position   bigint      NOT NULL,
    accepted_at     timestamptz NOT NULL,
    reason          text        NOT NULL,
    PRIMARY KEY (organization_id, event_position),
    CHECK (event_position < void_position)
);

ALTER TABLE usage.voids ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

GRANT SELECT ON usage.voids TO valora_app;
CREATE POLICY own ON usage.voids FOR SELECT TO valora_app
    USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);

-- Leaving a row that is there alone reads its key.
GRANT SELECT (organization_id, event_position), INSERT ON usage.voids TO valora_system;
CREATE POLICY flush_reads ON usage.voids FOR SELECT TO valora_system USING (true);
CREATE POLICY flush_inserts ON usage.voids FOR INSERT TO valora_system WITH CHECK (true);

-- Voided events, and what they do to windows.
--
-- A void changes only the row of the hour in which it was accepted, so every cut before that hour reads as it did. Where values
-- add, that row takes a negative delta. A maximum cannot be taken back: its row becomes a reset, which holds what is left of
-- the whole window through its hour, and reading starts at the last reset before the cut.

-- No value: what is left of a maximum when all its events are voided, or when only voids were accepted in the row's hour.
ALTER TABLE usage.windows
    ALTER COLUMN value DROP NOT NULL,
    ADD COLUMN resets boolean NOT NULL DEFAULT false;

GRANT UPDATE (resets) ON usage.windows TO valora_system;

-- Readers of maxima look here for each row they would take; almost always in vain, since resets are few.
CREATE INDEX windows_resets
    ON usage.windows (organization_id, meter, customer, window_start, dimensions_key, accepted_hour)
    WHERE resets;

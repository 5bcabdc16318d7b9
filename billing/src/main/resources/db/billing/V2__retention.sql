-- The removal of journal files asks, across organizations, when the earliest cycle begins that is not closed.

GRANT SELECT (starts_at) ON billing.cycles TO valora_system;

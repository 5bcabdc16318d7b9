-- What becomes of an invoice on which every amount is 0: issued, or its cycle closed without it.
ALTER TABLE access.organizations
    ADD COLUMN zero_invoices text NOT NULL DEFAULT 'issue' CHECK (zero_invoices IN ('issue', 'skip'));
GRANT UPDATE (zero_invoices) ON access.organizations TO valora_app;

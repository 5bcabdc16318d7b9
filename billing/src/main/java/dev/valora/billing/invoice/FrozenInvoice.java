package dev.valora.billing.invoice;

/** All that an invoice is computed from, but the quantities that are read at its cut. */
public record FrozenInvoice(InvoiceTerms terms, InvoiceCut cut) {}

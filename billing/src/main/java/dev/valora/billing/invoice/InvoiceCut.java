package dev.valora.billing.invoice;

import java.time.Instant;

/**
 * Which usage an invoice saw: events that happened in [from, to) and were accepted before a whole UTC hour.
 */
public record InvoiceCut(Instant from, Instant to, Instant acceptedBefore) {}

package dev.valora.billing.invoice;

import dev.valora.billing.calendar.DateRange;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One quantity that an invoice needs: what a meter measured for the buyer on some days.
 *
 * @param cycle that is billed for it
 * @param item whose price asks
 * @param filter dimension values that windows must have; empty for all
 * @param others filters whose windows belong to other prices of the same meter; only asked of a price without a filter
 * @param days by event time, in the organization's zone
 */
public record UsageNeed(
        int cycle,
        UUID item,
        String meter,
        Map<String, String> filter,
        List<Map<String, String>> others,
        DateRange days) {}

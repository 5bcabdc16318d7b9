package dev.valora.billing.closing;

import dev.valora.billing.invoice.AdjustmentTerms;
import dev.valora.billing.invoice.CycleTerms;
import dev.valora.billing.invoice.LedgerBalance;
import dev.valora.billing.invoices.AdjustmentStore;
import dev.valora.billing.subscription.CycleKey;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What was billed so far, and what waits to be.
 *
 * @param balance of every cycle that the closings touch
 * @param late frozen terms of earlier cycles whose usage has changed
 * @param adjustments that wait, by subscription
 */
record Claims(
        LedgerBalance balance, Map<CycleKey, CycleTerms> late, Map<UUID, List<AdjustmentStore.Waiting>> adjustments) {

    /** Lets adjustments wait no longer. */
    void take(List<AdjustmentTerms> taken) {
        adjustments.replaceAll((subscription, waiting) ->
                waiting.stream().filter(one -> !taken.contains(one.terms())).toList());
    }
}

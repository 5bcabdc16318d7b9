package dev.valora.billing.invoice;

import java.math.BigDecimal;
import java.util.UUID;

/**
 * What one invoice bills of one thing.
 *
 * @param amount rounded, minimum and maximum included
 */
public record LedgerEntry(Key key, BigDecimal amount) {

    /**
     * The thing that is billed.
     *
     * @param cycle whose usage or licence it is
     */
    public record Key(int cycle, UUID item, String price) {}
}

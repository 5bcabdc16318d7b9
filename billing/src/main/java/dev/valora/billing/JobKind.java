package dev.valora.billing;

import java.util.Locale;

/** What the billing run does, in the order in which it does things that are due at the same instant. */
public enum JobKind {
    /** Begins scheduled subscriptions on their first day. */
    ACTIVATE,
    /** Ends periods and opens the next ones. */
    ROLL,
    /** Bills cycles whose cut the watermark has passed. */
    CLOSE,
    /** Notices invoices that stayed unpaid after their due date. */
    OVERDUE;

    /** The name in metrics, logs and the audit trail. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads what {@link #wireName} gave. */
    public static JobKind ofWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}

package dev.valora.billing.invoice;

/** An invoice that would say what no invoice may say. It is not finalized; somebody has to look. */
public final class RefusedInvoiceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /**
     * @param reason a stable word
     * @param sentence what was found
     */
    public RefusedInvoiceException(String reason, String sentence) {
        super(sentence);
        this.reason = reason;
    }

    /** A stable word, such as {@code two_lines_for_one_thing}. */
    public String reason() {
        return reason;
    }
}

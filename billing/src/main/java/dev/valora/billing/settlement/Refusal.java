package dev.valora.billing.settlement;

import dev.valora.billing.invoice.RefusedInvoiceException;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import java.util.function.Supplier;

/** Invoices that are not made, told to whoever asked for them. */
final class Refusal {

    private Refusal() {}

    /** Nothing more will be billed: 409. */
    static ProblemException noFurtherInvoice() {
        return noFurtherInvoice("will be issued.");
    }

    /** @param sentence goes on after "no further invoice of it" */
    static ProblemException noFurtherInvoice(String sentence) {
        return new ProblemException(Problem.of(
                ProblemKind.CONFLICT,
                "no_further_invoice",
                "This subscription is over, and no further invoice of it " + sentence));
    }

    /**
     * Computes an invoice.
     *
     * @throws ProblemException 409 with the reason of the refusal as its code
     */
    static <T> T told(Supplier<T> invoice) {
        try {
            return invoice.get();
        } catch (RefusedInvoiceException refused) {
            throw new ProblemException(
                    Problem.of(ProblemKind.CONFLICT, refused.reason(), String.valueOf(refused.getMessage())));
        }
    }
}

package dev.valora.billing.settlement;

import dev.valora.billing.invoice.RefusedInvoiceException;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import java.util.function.Supplier;

/** An invoice that may not say what it would say, told to whoever asked for it. */
final class Refusal {

    private Refusal() {}

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

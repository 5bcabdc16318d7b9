package dev.valora.bench.crash;

import dev.valora.bench.books.Findings;
import java.util.Locale;

/**
 * What the books say of a server that died under load and was started again.
 *
 * @param inFlight requests without an answer when it died
 * @param readyMillis from the start to the ready line
 * @param afterDeath what was there before anything was sent again
 * @param afterResend what was there when everything was sent again until it was acknowledged
 * @param unsettled entries that even then were neither acknowledged nor refused
 */
public record Account(int inFlight, long readyMillis, Findings afterDeath, Findings afterResend, int unsettled) {

    /** Whether the server kept its promise, and by now is known to have all that was sent. */
    public boolean isClean() {
        return afterDeath.isClean() && afterResend.isClean() && afterResend.unknownPresent() == 0 && unsettled == 0;
    }

    /** One line; what is wrong, if anything is, behind it. */
    @Override
    public String toString() {
        String line = String.format(
                Locale.ROOT,
                "in flight %d, ready after %,d ms; acknowledged %,d, voided %,d, unknown and present %d",
                inFlight,
                readyMillis,
                afterResend.acknowledged(),
                afterResend.voided(),
                afterDeath.unknownPresent());
        return isClean()
                ? line + "; lost, doubled, unexpected, refused or voided but present: 0"
                : line + "; WRONG, after the death: " + afterDeath + "; after resending: " + afterResend
                        + ", unsettled " + unsettled;
    }
}

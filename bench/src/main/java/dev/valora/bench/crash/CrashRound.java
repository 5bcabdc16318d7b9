package dev.valora.bench.crash;

import dev.valora.bench.books.Findings;
import java.util.Locale;

/**
 * What one round of load, death and restart came to.
 *
 * @param inFlight requests without an answer when the server was killed
 * @param startKills how often it was killed again while it started
 * @param readyMillis from the last start to the ready line
 * @param afterKill what was there before anything was sent again
 * @param afterResend what was there when everything was sent again until it was acknowledged
 * @param unsettled entries that even then were neither acknowledged nor refused
 */
public record CrashRound(
        int inFlight, int startKills, long readyMillis, Findings afterKill, Findings afterResend, int unsettled) {

    /** Whether the server kept its promise, and by now is known to have all that was sent. */
    public boolean isClean() {
        return afterKill.isClean() && afterResend.isClean() && afterResend.unknownPresent() == 0 && unsettled == 0;
    }

    /** One line; what is wrong, if anything is, behind it. */
    @Override
    public String toString() {
        String line = String.format(
                Locale.ROOT,
                "in flight %d, killed %d times in the start, ready after %,d ms; acknowledged %,d, voided %,d, unknown and present %d",
                inFlight,
                startKills,
                readyMillis,
                afterResend.acknowledged(),
                afterResend.voided(),
                afterKill.unknownPresent());
        return isClean()
                ? line + "; lost, doubled, unexpected, refused or voided but present: 0"
                : line + "; WRONG, after the kill: " + afterKill + "; after resending: " + afterResend + ", unsettled "
                        + unsettled;
    }
}

package dev.valora.bench.crash;

import dev.valora.bench.books.Findings;
import java.util.Locale;

/**
 * What one power cut came to.
 *
 * @param state of the journal when time stopped
 * @param inFlight requests without an answer then
 * @param copiedBytes of the image, as far as it takes room
 * @param readyMillis from the start on the image to the ready line
 * @param afterCut what was there before anything was sent again
 * @param afterResend what was there when everything was sent again until it was acknowledged
 * @param unsettled entries that even then were neither acknowledged nor refused
 */
record PowerCutImage(
        JournalDirectory.State state,
        int inFlight,
        long copiedBytes,
        long readyMillis,
        Findings afterCut,
        Findings afterResend,
        int unsettled) {

    boolean isClean() {
        return afterCut.isClean() && afterResend.isClean() && afterResend.unknownPresent() == 0 && unsettled == 0;
    }

    /** One line; what is wrong, if anything is, behind it. */
    @Override
    public String toString() {
        String line = String.format(
                Locale.ROOT,
                "%s, in flight %d, image of %,d MiB, ready after %,d ms; acknowledged %,d, voided %,d, unknown and present %d",
                switch (state) {
                    case WRITING -> "between rolls";
                    case FILE_BEGUN -> "in a roll, next file begun";
                    case FILE_LISTED -> "in a roll, next file listed and empty";
                },
                inFlight,
                copiedBytes >> 20,
                readyMillis,
                afterResend.acknowledged(),
                afterResend.voided(),
                afterCut.unknownPresent());
        return isClean()
                ? line + "; lost, doubled, unexpected, refused or voided but present: 0"
                : line + "; WRONG, after the cut: " + afterCut + "; after resending: " + afterResend + ", unsettled "
                        + unsettled;
    }
}

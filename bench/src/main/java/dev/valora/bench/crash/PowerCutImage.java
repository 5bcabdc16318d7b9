package dev.valora.bench.crash;

import java.util.Locale;

/**
 * What one power cut came to.
 *
 * @param state of the journal when time stopped
 * @param copiedBytes of the image, as far as it takes room
 * @param account of the server that was started on it
 */
record PowerCutImage(JournalDirectory.State state, long copiedBytes, Account account) implements Accounted {

    /** One line; what is wrong, if anything is, behind it. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s, image of %,d MiB, %s",
                switch (state) {
                    case WRITING -> "between rolls";
                    case FILE_BEGUN -> "in a roll, next file begun";
                    case FILE_LISTED -> "in a roll, next file listed and empty";
                },
                copiedBytes >> 20,
                account);
    }
}

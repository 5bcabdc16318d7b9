package dev.valora.bench.books;

import java.util.List;

/**
 * How the server's windows differ from the books.
 *
 * @param compared entries in the books
 * @param acknowledged of them
 * @param voided of these, those whose void was acknowledged
 * @param unknownPresent no answer, but counted: allowed
 * @param wrong everything that is not allowed
 */
public record Findings(int compared, int acknowledged, int voided, int unknownPresent, Wrong wrong) {

    /**
     * What a server that keeps its promise never shows.
     *
     * @param lost acknowledged, but not counted
     * @param doubled counted more than once
     * @param unexpected counted, but never sent: foreign windows, digits nobody has, sums, counts or maxima that do not add up
     * @param refusedPresent refused or unavailable in every sending, but counted
     * @param voidedPresent voided and acknowledged as such, but counted
     * @param contradicted acknowledged, and refused when sent again unchanged or when it was to be voided
     */
    public record Wrong(
            List<String> lost,
            List<String> doubled,
            List<String> unexpected,
            List<String> refusedPresent,
            List<String> voidedPresent,
            List<String> contradicted) {

        public Wrong {
            lost = List.copyOf(lost);
            doubled = List.copyOf(doubled);
            unexpected = List.copyOf(unexpected);
            refusedPresent = List.copyOf(refusedPresent);
            voidedPresent = List.copyOf(voidedPresent);
            contradicted = List.copyOf(contradicted);
        }

        private boolean isNothing() {
            return lost.isEmpty()
                    && doubled.isEmpty()
                    && unexpected.isEmpty()
                    && refusedPresent.isEmpty()
                    && voidedPresent.isEmpty()
                    && contradicted.isEmpty();
        }
    }

    private static final int SHOWN = 5;

    /** Whether the server kept its promise. */
    public boolean isClean() {
        return wrong.isNothing();
    }

    /** The numbers, and the first few of each kind. */
    @Override
    public String toString() {
        return compared + " events, acknowledged " + acknowledged + ", voided " + voided + part("lost", wrong.lost)
                + part("doubled", wrong.doubled) + part("unexpected", wrong.unexpected)
                + part("refused but present", wrong.refusedPresent) + part("voided but present", wrong.voidedPresent)
                + part("contradicted", wrong.contradicted) + ", unknown and present " + unknownPresent;
    }

    private static String part(String name, List<String> found) {
        return ", " + name + " " + found.size()
                + (found.isEmpty() ? "" : " " + found.subList(0, Math.min(SHOWN, found.size())));
    }
}

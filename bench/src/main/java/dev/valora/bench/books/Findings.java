package dev.valora.bench.books;

import java.util.List;

/**
 * How the server's windows differ from the books.
 *
 * @param compared entries in the books
 * @param acknowledged of them
 * @param lost acknowledged, but not counted
 * @param doubled counted more than once
 * @param unexpected counted, but never sent: foreign windows, digits nobody has, sums or counts that do not add up
 * @param refusedPresent refused or unavailable in every sending, but counted
 * @param contradicted acknowledged, and refused when sent again unchanged
 * @param unknownPresent no answer, but counted: allowed
 */
public record Findings(
        int compared,
        int acknowledged,
        List<String> lost,
        List<String> doubled,
        List<String> unexpected,
        List<String> refusedPresent,
        List<String> contradicted,
        int unknownPresent) {

    private static final int SHOWN = 5;

    public Findings {
        lost = List.copyOf(lost);
        doubled = List.copyOf(doubled);
        unexpected = List.copyOf(unexpected);
        refusedPresent = List.copyOf(refusedPresent);
        contradicted = List.copyOf(contradicted);
    }

    /** Whether the server kept its promise. */
    public boolean isClean() {
        return lost.isEmpty()
                && doubled.isEmpty()
                && unexpected.isEmpty()
                && refusedPresent.isEmpty()
                && contradicted.isEmpty();
    }

    /** The numbers, and the first few of each kind. */
    @Override
    public String toString() {
        return compared + " events, acknowledged " + acknowledged + part("lost", lost) + part("doubled", doubled)
                + part("unexpected", unexpected) + part("refused but present", refusedPresent)
                + part("contradicted", contradicted) + ", unknown and present " + unknownPresent;
    }

    private static String part(String name, List<String> found) {
        return ", " + name + " " + found.size()
                + (found.isEmpty() ? "" : " " + found.subList(0, Math.min(SHOWN, found.size())));
    }
}

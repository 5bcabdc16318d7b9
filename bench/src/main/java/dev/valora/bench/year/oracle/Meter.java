package dev.valora.bench.year.oracle;

/** What is measured, and how it adds up. */
public record Meter(String code, Aggregation aggregation) {

    /** Of those the contract has. */
    public enum Aggregation {
        /** How many events. */
        COUNT,
        /** The sum of their values. */
        SUM,
        /** The greatest of their values. */
        MAX
    }

    boolean adds() {
        return aggregation != Aggregation.MAX;
    }
}

package dev.valora.bench.fuzz;

/** Something to be tormented case by case. One thread. */
interface Fuzz {

    /**
     * Runs one case, which follows from its number and a seed.
     *
     * @throws Finding when something is as it must not be
     */
    void run(long number) throws Finding;
}

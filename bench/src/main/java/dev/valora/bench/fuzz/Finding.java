package dev.valora.bench.fuzz;

/** Something that must not be. Thrown where it is seen, caught where the case can be named. */
final class Finding extends Exception {

    private static final long serialVersionUID = 1L;

    Finding(String what) {
        super(what);
    }

    Finding(String what, Throwable cause) {
        super(what, cause);
    }

    static void require(boolean holds, String what) throws Finding {
        if (!holds) {
            throw new Finding(what);
        }
    }
}

package dev.valora.bench.year.oracle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One billing period of one subscription. Changes with the life it belongs to. */
final class Cycle {

    /** What becomes of a cycle. */
    enum State {
        /** Its period runs. */
        OPEN,
        /** Its period is over. */
        AWAITING_CUT,
        /** It was billed. */
        CLOSED
    }

    private final int number;
    private boolean trial;
    private boolean tail;
    private final Policy policy;
    private Days period;
    private Instant cut;
    private State state = State.OPEN;
    private List<Measured> measured = List.of();

    /** Which kind of period it is. */
    enum Kind {
        /** It costs. */
        PAID,
        /** It costs nothing. */
        TRIAL,
        /** It follows the end. */
        TAIL
    }

    Cycle(int number, Days period, Instant cut, Kind kind, Policy policy) {
        this.number = number;
        this.period = period;
        this.cut = cut;
        this.trial = kind == Kind.TRIAL;
        this.tail = kind == Kind.TAIL;
        this.policy = policy;
    }

    /** Days of an item of usage in it, as they were when it was closed. */
    record Measured(Item item, Days days) {}

    int number() {
        return number;
    }

    boolean isTrial() {
        return trial;
    }

    boolean isTail() {
        return tail;
    }

    /** As it was when the cycle opened. */
    Policy policy() {
        return policy;
    }

    Days period() {
        return period;
    }

    Instant cut() {
        return cut;
    }

    State state() {
        return state;
    }

    void moveEnd(Days newPeriod, Instant newCut) {
        period = newPeriod;
        cut = newCut;
    }

    /** The end was put on its first day. */
    void becomeTail() {
        trial = false;
        tail = true;
    }

    void roll() {
        state = State.AWAITING_CUT;
    }

    /** What can become late from now on is decided by these. */
    void close(List<Measured> items) {
        state = State.CLOSED;
        measured = new ArrayList<>(items);
    }

    List<Measured> measured() {
        return measured;
    }
}

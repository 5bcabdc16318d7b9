package dev.valora.bench.year;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** When the server is killed: on which days, and during what. One thread. */
final class Kills {

    private static final int MICROS_MAX = 60_000;

    private final YearServer server;
    private final Map<Integer, Phase> planned = new HashMap<>();

    /** What is being done. */
    enum Phase {
        /** The clock is turned. */
        TURN,
        /** Subscriptions are changed. */
        ASK,
        /** Usage is sent. */
        USE
    }

    Kills(YearPlan plan, YearServer server) {
        this.server = server;
        Random random = new Random(plan.seed() + 1);
        int kills = Math.min(plan.kills(), plan.days());
        while (planned.size() < kills) {
            planned.put(random.nextInt(plan.days()), Phase.values()[random.nextInt(Phase.values().length)]);
        }
    }

    /** Kills it soon, if it is the first time that this is done on a day that was chosen. */
    void strikeMaybe(int day, Phase phase, Draws draws) {
        if (planned.remove(day, phase)) {
            server.strikeIn(draws.below(MICROS_MAX));
        }
    }
}

package dev.valora.bench.year;

import dev.valora.bench.year.oracle.Act;
import dev.valora.bench.year.oracle.Sold;
import dev.valora.bench.year.oracle.Wanted;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One subscription of the server, and what was asked of it so far. One thread at a time. */
final class Booking {

    private final String id;
    private final Sold bought;
    private final List<Act> acts = new ArrayList<>();
    private List<Wanted> wanted;
    private List<Wanted> wantedBefore;

    /**
     * @param id as the server calls it
     * @param bought without acts
     */
    Booking(String id, Sold bought) {
        this.id = id;
        this.bought = bought;
        this.wanted = bought.items();
        this.wantedBefore = wanted;
    }

    String id() {
        return id;
    }

    String customer() {
        return bought.customer();
    }

    String path() {
        return "/v1/subscriptions/" + id;
    }

    /** The items that were asked for last. */
    List<Wanted> wanted() {
        return wanted;
    }

    /** Those that were asked for before the last ones. */
    List<Wanted> wantedBefore() {
        return wantedBefore;
    }

    /** The last thing that was asked, if it was a change; null when it was not. */
    Act.@Nullable Change lastChange() {
        return !acts.isEmpty() && acts.getLast() instanceof Act.Change change ? change : null;
    }

    void add(Act act) {
        acts.add(act);
        if (act instanceof Act.Change change) {
            wantedBefore = wanted;
            wanted = change.items();
        }
    }

    /** All that the oracle may know. */
    Sold sold() {
        return new Sold(
                bought.customer(),
                bought.created(),
                bought.start(),
                bought.trialDays(),
                bought.anchorDay(),
                bought.items(),
                acts);
    }
}

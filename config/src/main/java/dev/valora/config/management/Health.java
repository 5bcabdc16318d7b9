package dev.valora.config.management;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** What every part says about itself. Parts are added while the server starts; any thread asks. */
public final class Health {

    /**
     * What a part lacks.
     *
     * @param part a stable word such as {@code journal}
     * @param detail a sentence
     */
    public record Lack(String part, String detail) {}

    private record Check(String part, Supplier<Optional<String>> lack) {}

    private final List<Check> liveness = new CopyOnWriteArrayList<>();
    private final List<Check> readiness = new CopyOnWriteArrayList<>();
    private volatile Optional<Lack> phase = Optional.of(new Lack("starting", "The server is starting."));

    /** The server is alive only while this finds nothing. Asked on the management event loop; must not block. */
    public void requireForLife(String part, Supplier<Optional<String>> lack) {
        liveness.add(new Check(part, lack));
    }

    /** The server is ready only while this finds nothing. Asked on the management event loop; must not block. */
    public void requireForReadiness(String part, Supplier<Optional<String>> lack) {
        readiness.add(new Check(part, lack));
    }

    /** Everything is started. */
    public void started() {
        phase = Optional.empty();
    }

    /** The server is on its way down: alive, not ready. */
    public void stopping() {
        phase = Optional.of(new Lack("stopping", "The server is stopping."));
    }

    /** Empty: alive. */
    public List<Lack> lackingForLife() {
        return lacking(liveness);
    }

    /** Empty: ready. A dead part is not ready either. */
    public List<Lack> lackingForReadiness() {
        List<Lack> lacking = new ArrayList<>();
        phase.ifPresent(lacking::add);
        lacking.addAll(lacking(liveness));
        lacking.addAll(lacking(readiness));
        return lacking;
    }

    private static List<Lack> lacking(List<Check> checks) {
        List<Lack> lacking = new ArrayList<>();
        for (Check check : checks) {
            check.lack().get().ifPresent(detail -> lacking.add(new Lack(check.part(), detail)));
        }
        return lacking;
    }
}

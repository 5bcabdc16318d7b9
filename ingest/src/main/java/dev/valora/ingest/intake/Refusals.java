package dev.valora.ingest.intake;

import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemKind;

/** What a sender is told when the writer takes nothing from anybody. */
public final class Refusals {

    private static final int SOON_SECONDS = 1;
    private static final int LATER_SECONDS = 5;
    private static final int MUCH_LATER_SECONDS = 30;

    private Refusals() {}

    /**
     * The problem that goes with a refused hand-over.
     *
     * @throws IllegalArgumentException for {@link Intake.Offer#TAKEN}, which is none
     */
    public static Problem problem(Intake.Offer refused) {
        return switch (refused) {
            case TAKEN -> throw new IllegalArgumentException("what was taken was not refused");
            case FULL ->
                Problem.unavailable(
                        "overloaded", "Too much is waiting. Nothing was accepted; send it again.", SOON_SECONDS);
            case CLOSED ->
                Problem.unavailable("stopping", "The server is stopping. Nothing was accepted.", LATER_SECONDS);
            case DISK_LOW ->
                Problem.unavailable(
                        "disk_low",
                        "The server's disk is nearly full. Nothing was accepted; usage is taken again when space was made.",
                        MUCH_LATER_SECONDS);
            case DISK_FULL ->
                Problem.of(
                        ProblemKind.NO_SPACE,
                        "disk_full",
                        "The server's disk is full. Nothing was accepted; it goes on by itself when space was made.");
            case CLOCK_JUMPED ->
                Problem.unavailable(
                        "clock_jumped",
                        "The server's clock jumped. Nothing was accepted; the operator puts the clock right, or confirms it with POST /v1/clock/confirm.",
                        MUCH_LATER_SECONDS);
        };
    }
}

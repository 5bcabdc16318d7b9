package dev.valora.bench.crash;

/**
 * What one round of load, death and restart came to.
 *
 * @param startKills how often the server was killed again while it started
 * @param account once it was ready
 */
public record CrashRound(int startKills, Account account) implements Accounted {

    /** One line; what is wrong, if anything is, behind it. */
    @Override
    public String toString() {
        return "killed " + startKills + " times in the start, " + account;
    }
}

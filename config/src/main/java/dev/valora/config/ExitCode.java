package dev.valora.config;

/**
 * What the process ends with. The numbers are part of the command line's contract: scripts and supervisors tell by them what
 * to do. 2 is also what the command line itself answers to words it does not know; 3 is the JVM's own after running out of
 * memory.
 */
public enum ExitCode {
    /** Stopped as asked. */
    OK(0),
    /** A bug: the log tells more. */
    UNEXPECTED(1),
    /** Words on the command line, or settings, that are not accepted. */
    SETTINGS(2),
    /** The data directory cannot be used: not writable, in use by another process, or of another kind. */
    DATA_DIRECTORY(10),
    /** A port is taken or may not be listened on. */
    PORT(11),
    /** PostgreSQL cannot be reached, started or migrated, is not durable, or belongs to another server. */
    DATABASE(12),
    /** The journal does not hold what was written. */
    JOURNAL_CORRUPT(13),
    /** The journal could not make something durable; look at the disk before the next start. */
    JOURNAL_FAILED(14),
    /** A part of the server died while it was running. */
    AGENT_DIED(15),
    /** Asked to stop, but not done within the drain time; nothing acknowledged is lost. */
    DRAIN_TIME_PASSED(16),
    /** The demo's invoices are not what its usage comes to. */
    FIGURES_DIFFER(17),
    /** An invoice is no longer what was finalized. */
    INVOICES_DIFFER(18);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** 0 to 255. */
    public int number() {
        return number;
    }
}

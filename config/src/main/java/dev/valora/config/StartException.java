package dev.valora.config;

/**
 * The server cannot start, or cannot go on, for a reason that an operator can do something about. The message is one
 * sentence for the operator; the cause is for the log at level debug.
 */
public final class StartException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;
    private final String sentence;

    public StartException(ExitCode exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
        this.sentence = sentence;
    }

    public StartException(ExitCode exitCode, String sentence, Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
        this.sentence = sentence;
    }

    /** What an operator is told. */
    public String sentence() {
        return sentence;
    }

    /** What the process ends with. */
    public ExitCode exitCode() {
        return exitCode;
    }
}

package dev.valora.config.demo;

import dev.valora.config.ExitCode;

/** The demo cannot go on, or its figures differ. The message is one sentence for the reader. */
public final class DemoException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;
    private final String sentence;

    DemoException(ExitCode exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
        this.sentence = sentence;
    }

    DemoException(ExitCode exitCode, String sentence, Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
        this.sentence = sentence;
    }

    /** What the reader is told. */
    public String sentence() {
        return sentence;
    }

    /** What the process ends with. */
    public ExitCode exitCode() {
        return exitCode;
    }
}

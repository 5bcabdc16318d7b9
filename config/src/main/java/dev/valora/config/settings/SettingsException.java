package dev.valora.config.settings;

import java.util.List;

/** Settings that cannot be used. Carries every problem found, each a line for the operator. */
public final class SettingsException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    SettingsException(List<String> problems) {
        super(String.join("\n", problems), null, false, false);
        this.problems = List.copyOf(problems);
    }

    /** At least one. */
    public List<String> problems() {
        return problems;
    }
}

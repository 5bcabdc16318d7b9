package dev.valora.config.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The settings in force, each with the place it came from. Immutable; any thread. */
public final class Settings {

    /**
     * One setting as it was found.
     *
     * @param text as given, without surrounding blanks
     * @param origin {@code default}, {@code environment VALORA_…} or {@code file … line …}
     */
    record Choice(Setting<?> setting, String text, Object value, String origin) {}

    private final Map<Setting<?>, Choice> choices;
    private final List<String> warnings;

    Settings(Map<Setting<?>, Choice> choices, List<String> warnings) {
        this.choices = Map.copyOf(choices);
        this.warnings = List.copyOf(warnings);
    }

    /** The value in force. */
    @SuppressWarnings("unchecked")
    public <T> T get(Setting<T> setting) {
        Choice choice = choices.get(setting);
        if (choice == null) {
            throw new IllegalStateException("no value was read for " + setting);
        }
        return (T) choice.value();
    }

    /** What an operator should know but that stops nothing; sentences. */
    public List<String> warnings() {
        return warnings;
    }

    /** All settings as YAML with the origin of each as a comment; secrets masked. */
    public String toYaml() {
        List<String[]> lines = new ArrayList<>();
        int width = 0;
        for (Setting<?> setting : Setting.ALL) {
            Choice choice = choices.get(setting);
            if (choice != null) {
                String line = setting.key() + ": " + quoted(setting.masked(choice.text()));
                width = Math.max(width, line.length());
                lines.add(new String[] {line, choice.origin()});
            }
        }
        StringBuilder yaml = new StringBuilder();
        for (String[] line : lines) {
            yaml.append(line[0]).repeat(' ', width - line[0].length()).append("  # ");
            yaml.append(line[1]).append('\n');
        }
        return yaml.toString();
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9./_-]+")
                ? text
                : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}

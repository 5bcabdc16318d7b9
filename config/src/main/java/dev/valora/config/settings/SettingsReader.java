package dev.valora.config.settings;

import dev.valora.config.settings.Setting.ClockMode;
import dev.valora.config.settings.Settings.Choice;
import dev.valora.ingest.journal.Durability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the settings: defaults, over them the file, over it the environment. A blank variable, or a key
 * without a value, counts as not set.
 *
 * <p>A {@code VALORA_} variable that is no setting stops the start when it looks like a slip of the pen (at most two letters
 * away from a known one); others are only warned about, because container platforms put names like
 * {@code VALORA_PORT_8080_TCP} into the environment by themselves.
 */
public final class SettingsReader {

    /** Looked for in the working directory when no file is named. */
    public static final String DEFAULT_FILE = "valora.yaml";

    /** Names the settings file. */
    public static final String FILE_VARIABLE = "VALORA_CONFIG";

    private static final String PREFIX = "VALORA_";
    private static final Set<String> LAUNCHER_VARIABLES = Set.of(FILE_VARIABLE, "VALORA_JAVA_HOME", "VALORA_JAVA_OPTS");
    private static final int SLIP_DISTANCE = 2;

    private final Map<String, String> environment;
    private final Path workingDirectory;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private SettingsReader(Map<String, String> environment, Path workingDirectory) {
        this.environment = new TreeMap<>(environment);
        this.workingDirectory = workingDirectory;
    }

    /**
     * Reads them all.
     *
     * @param file named on the command line, if it was
     * @param workingDirectory against which relative names are resolved
     * @throws SettingsException with every problem at once
     */
    public static Settings read(Optional<Path> file, Map<String, String> environment, Path workingDirectory)
            throws SettingsException {
        return new SettingsReader(environment, workingDirectory).read(file);
    }

    private Settings read(Optional<Path> file) throws SettingsException {
        Map<String, SettingsFile.Line> lines =
                fileToRead(file).map(path -> SettingsFile.read(path, problems)).orElse(Map.of());
        Map<Setting<?>, Choice> choices = new LinkedHashMap<>();
        for (Setting<?> setting : Setting.ALL) {
            choose(setting, lines.get(setting.key()), choices);
        }
        refuseUnknownKeys(lines);
        judgeUnknownVariables();
        if (choices.size() == Setting.ALL.size()) {
            checkRelations(new Settings(choices, List.of()));
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return new Settings(choices, warnings);
    }

    private Optional<Path> fileToRead(Optional<Path> named) {
        Optional<Path> file = named.or(() -> Optional.ofNullable(environment.get(FILE_VARIABLE))
                .filter(name -> !name.isBlank())
                .map(Path::of));
        if (file.isPresent()) {
            return file.map(workingDirectory::resolve);
        }
        return Optional.of(workingDirectory.resolve(DEFAULT_FILE)).filter(Files::exists);
    }

    private <T> void choose(Setting<T> setting, SettingsFile.@Nullable Line line, Map<Setting<?>, Choice> choices) {
        String text = setting.defaultText();
        String origin = "default";
        String named = setting.key();
        String variable = environment.getOrDefault(setting.variable(), "").strip();
        if (!variable.isEmpty()) {
            text = variable;
            origin = "environment " + setting.variable();
            named = setting.variable();
        } else if (line != null && !line.text().isEmpty()) {
            text = line.text();
            origin = line.place();
            named = setting.key() + " (" + line.place() + ")";
        }
        try {
            choices.put(setting, new Choice(setting, text, requireValue(setting.parse(text)), origin));
        } catch (IllegalArgumentException | DateTimeException refused) {
            problems.add(named + ": \"" + setting.masked(text) + "\" is not accepted; use " + setting.accepted() + ".");
        }
    }

    private static <T> Object requireValue(T value) {
        if (value == null) {
            throw new IllegalStateException("a setting was read as nothing");
        }
        return value;
    }

    private void refuseUnknownKeys(Map<String, SettingsFile.Line> lines) {
        lines.forEach((key, line) -> {
            if (!Setting.BY_KEY.containsKey(key)) {
                problems.add(key + " (" + line.place() + "): there is no such setting" + suggestion(key)
                        + "; the settings are " + String.join(", ", Setting.BY_KEY.keySet()) + ".");
            }
        });
    }

    private void judgeUnknownVariables() {
        for (String name : environment.keySet()) {
            if (!name.startsWith(PREFIX) || LAUNCHER_VARIABLES.contains(name)) {
                continue;
            }
            String key = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
            if (Setting.BY_KEY.containsKey(key)
                    && Setting.BY_KEY.get(key).variable().equals(name)) {
                continue;
            }
            Optional<Setting<?>> meant = nearest(key);
            if (meant.isPresent()) {
                problems.add(name + ": there is no such setting; did you mean "
                        + meant.get().variable() + "?");
            } else {
                warnings.add("The environment variable " + name + " is not a setting and is ignored.");
            }
        }
    }

    private void checkRelations(Settings settings) {
        int httpPort = settings.get(Setting.HTTP_PORT);
        if (httpPort != 0 && httpPort == settings.get(Setting.MANAGEMENT_PORT)) {
            problems.add("management_port: \"" + httpPort + "\" is also http_port; use two different ports.");
        }
        if (settings.get(Setting.DISK_LOW_MIB) <= settings.get(Setting.DISK_FULL_MIB)) {
            problems.add("disk_low_mib: \"" + settings.get(Setting.DISK_LOW_MIB)
                    + "\" is not more than disk_full_mib; usage must stop before everything does.");
        }
        settings.get(Setting.JOURNAL_RETENTION_DAYS).ifPresent(days -> checkRetention(days, settings));
        if (settings.get(Setting.INGEST_DURABILITY) == Durability.OS) {
            warnings.add(
                    "ingest_durability is os: usage that was acknowledged does not survive a power cut or the machine's death.");
        }
        if (settings.get(Setting.CLOCK) == ClockMode.SYSTEM
                && settings.get(Setting.CLOCK_START).isPresent()) {
            warnings.add("clock_start has no effect with clock: system.");
        }
    }

    private void checkRetention(int days, Settings settings) {
        int age = settings.get(Setting.MAX_EVENT_AGE_DAYS);
        if (days <= age) {
            problems.add("journal_retention_days: \"" + days + "\" is not more than max_event_age_days, which is " + age
                    + ": usage sent again after its file was removed would be counted again; use at least "
                    + (age + 1) + ", or a smaller max_event_age_days.");
        }
        int horizon = settings.get(Setting.RESTORE_HORIZON_DAYS);
        if (days < horizon) {
            problems.add(
                    "journal_retention_days: \"" + days + "\" is less than restore_horizon_days, which is " + horizon
                            + ": a database restored from a backup could not catch up; use at least " + horizon
                            + ", or a smaller restore_horizon_days.");
        }
    }

    private static String suggestion(String key) {
        return nearest(key)
                .map(setting -> ", did you mean " + setting.key() + "?")
                .orElse("");
    }

    private static Optional<Setting<?>> nearest(String key) {
        return Setting.ALL.stream()
                .filter(setting -> distance(key, setting.key()) <= SLIP_DISTANCE)
                .findFirst();
    }

    /** Letters to insert, remove or change to make one text of the other (Levenshtein's distance). */
    static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.length()];
    }
}

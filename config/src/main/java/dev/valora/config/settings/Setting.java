package dev.valora.config.settings;

import dev.valora.ingest.Limits;
import dev.valora.ingest.journal.Durability;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One thing an operator may choose. Its key stands in the settings file; the environment variable {@code VALORA_} + the key
 * in capitals overrides it. Immutable.
 *
 * @param <T> what the text is read as
 */
public final class Setting<T> {

    /** How the server tells time. */
    public enum ClockMode {
        /** The machine's clock. */
        SYSTEM,
        /** A clock that moves only when an operator turns it. */
        MANUAL
    }

    /** How much is logged to standard error. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    public static final Setting<Path> DATA_DIR =
            new Setting<>("data_dir", "valora-data", "a directory's name", Setting::path);
    public static final Setting<String> HTTP_HOST =
            new Setting<>("http_host", "127.0.0.1", "a host name or an IP address of this machine", Setting::host);
    public static final Setting<Integer> HTTP_PORT =
            new Setting<>("http_port", "8080", "0 to 65535, 0 takes any free port", wholeNumber(0, 65535));
    public static final Setting<String> MANAGEMENT_HOST = new Setting<>(
            "management_host", "127.0.0.1", "a host name or an IP address of this machine", Setting::host);
    public static final Setting<Integer> MANAGEMENT_PORT =
            new Setting<>("management_port", "9090", "0 to 65535, 0 takes any free port", wholeNumber(0, 65535));
    public static final Setting<Integer> EVENT_LOOPS =
            new Setting<>("event_loops", "0", "0 to 64, 0 means one a processor", wholeNumber(0, 64));
    public static final Setting<Optional<DatabaseUrl>> DATABASE_URL = new Setting<>(
            "database_url",
            "",
            "postgresql://user:password@host:port/database, or nothing for the embedded PostgreSQL",
            optional(DatabaseUrl::parse));
    public static final Setting<Integer> DATABASE_CONNECTIONS =
            new Setting<>("database_connections", "16", "4 to 50", wholeNumber(4, 50));
    public static final Setting<Optional<String>> OPERATOR_KEY = new Setting<>(
            "operator_key",
            "",
            "16 to 255 printable ASCII characters without spaces, or nothing to have one generated",
            optional(Setting::operatorKey));
    public static final Setting<ClockMode> CLOCK = new Setting<>("clock", "system", "system or manual", Setting::clock);
    public static final Setting<Optional<Instant>> CLOCK_START = new Setting<>(
            "clock_start",
            "",
            "an instant such as 2026-01-31T00:00:00Z, years 1970 to 2199",
            optional(Setting::instant));
    public static final Setting<Integer> MAX_EVENT_AGE_DAYS =
            new Setting<>("max_event_age_days", "90", "1 to 36500", wholeNumber(1, 36500));
    public static final Setting<Optional<Integer>> JOURNAL_RETENTION_DAYS = new Setting<>(
            "journal_retention_days",
            "",
            "2 to 36500, more than max_event_age_days and not less than restore_horizon_days; or nothing, to keep all",
            optional(wholeNumber(2, 36500)));
    public static final Setting<Integer> RESTORE_HORIZON_DAYS =
            new Setting<>("restore_horizon_days", "30", "0 to 36500", wholeNumber(0, 36500));
    public static final Setting<Durability> INGEST_DURABILITY =
            new Setting<>("ingest_durability", "fsync", "fsync or os", Setting::durability);
    public static final Setting<Integer> JOURNAL_FILE_MIB = new Setting<>(
            "journal_file_mib", "1024", "64 to 1024", wholeNumber((int) (Limits.JOURNAL_FILE_BYTES_MIN >> 20), (int)
                    (Limits.JOURNAL_FILE_BYTES >> 20)));
    public static final Setting<Integer> DISK_LOW_MIB =
            new Setting<>("disk_low_mib", "256", "2 to 1000000", wholeNumber(2, 1_000_000));
    public static final Setting<Integer> DISK_FULL_MIB =
            new Setting<>("disk_full_mib", "64", "1 to 999999, less than disk_low_mib", wholeNumber(1, 999_999));
    public static final Setting<Boolean> RATE_LIMITS = new Setting<>("rate_limits", "on", "on or off", Setting::onOff);
    public static final Setting<Integer> ORGANIZATION_EVENTS_PER_SECOND =
            new Setting<>("organization_events_per_second", "500000", "1 to 100000000", wholeNumber(1, 100_000_000));
    public static final Setting<Integer> ORGANIZATION_REQUESTS_PER_SECOND =
            new Setting<>("organization_requests_per_second", "20000", "1 to 1000000", wholeNumber(1, 1_000_000));
    public static final Setting<Integer> DRAIN_SECONDS =
            new Setting<>("drain_seconds", "30", "1 to 600", wholeNumber(1, 600));
    public static final Setting<LogLevel> LOG_LEVEL =
            new Setting<>("log_level", "info", "error, warn, info or debug", Setting::logLevel);

    /** Every setting, in the order in which they are shown. */
    public static final List<Setting<?>> ALL = List.of(
            DATA_DIR,
            HTTP_HOST,
            HTTP_PORT,
            MANAGEMENT_HOST,
            MANAGEMENT_PORT,
            EVENT_LOOPS,
            DATABASE_URL,
            DATABASE_CONNECTIONS,
            OPERATOR_KEY,
            CLOCK,
            CLOCK_START,
            MAX_EVENT_AGE_DAYS,
            JOURNAL_RETENTION_DAYS,
            RESTORE_HORIZON_DAYS,
            INGEST_DURABILITY,
            JOURNAL_FILE_MIB,
            DISK_LOW_MIB,
            DISK_FULL_MIB,
            RATE_LIMITS,
            ORGANIZATION_EVENTS_PER_SECOND,
            ORGANIZATION_REQUESTS_PER_SECOND,
            DRAIN_SECONDS,
            LOG_LEVEL);

    static final Map<String, Setting<?>> BY_KEY = byKey();

    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    private final String key;
    private final String defaultText;
    private final String accepted;
    private final Function<String, T> parser;

    private Setting(String key, String defaultText, String accepted, Function<String, T> parser) {
        this.key = key;
        this.defaultText = defaultText;
        this.accepted = accepted;
        this.parser = parser;
    }

    /** The key in the settings file, {@code snake_case}. */
    public String key() {
        return key;
    }

    /** The environment variable that overrides the key. */
    public String variable() {
        return "VALORA_" + key.toUpperCase(Locale.ROOT);
    }

    /** What holds when nothing is said. Empty: there is no value. */
    public String defaultText() {
        return defaultText;
    }

    /** The values that are taken, as words for an operator. */
    public String accepted() {
        return accepted;
    }

    /** The text as it may be printed: a secret is masked, all of it, its length too. */
    String masked(String text) {
        if (text.isEmpty()) {
            return text;
        }
        if (this == OPERATOR_KEY) {
            return "********";
        }
        return this == DATABASE_URL ? DatabaseUrl.masked(text) : text;
    }

    /** Reads a text; throws {@link IllegalArgumentException} or {@link DateTimeException} when it is not an accepted one. */
    T parse(String text) {
        return parser.apply(text);
    }

    @Override
    public String toString() {
        return key;
    }

    private static Map<String, Setting<?>> byKey() {
        Map<String, Setting<?>> map = new TreeMap<>();
        ALL.forEach(setting -> map.put(setting.key, setting));
        return map;
    }

    private static <T> Function<String, Optional<T>> optional(Function<String, T> parser) {
        return text -> text.isEmpty() ? Optional.empty() : Optional.of(parser.apply(text));
    }

    private static Function<String, Integer> wholeNumber(int min, int max) {
        return text -> {
            int value = Integer.parseInt(text);
            require(value >= min && value <= max);
            return value;
        };
    }

    private static Path path(String text) {
        require(!text.isEmpty());
        try {
            return Path.of(text);
        } catch (InvalidPathException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }

    private static String host(String text) {
        require(text.matches("[A-Za-z0-9._:%-]{1,253}"));
        return text;
    }

    private static String operatorKey(String text) {
        require(text.matches("[!-~]{16,255}"));
        return text;
    }

    private static ClockMode clock(String text) {
        return switch (text) {
            case "system" -> ClockMode.SYSTEM;
            case "manual" -> ClockMode.MANUAL;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Durability durability(String text) {
        return switch (text) {
            case "fsync" -> Durability.FSYNC;
            case "os" -> Durability.OS;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Instant instant(String text) {
        Instant instant = OffsetDateTime.parse(text).toInstant();
        require(!instant.isBefore(EARLIEST) && instant.isBefore(LATEST));
        return instant;
    }

    private static boolean onOff(String text) {
        return switch (text) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static LogLevel logLevel(String text) {
        require(text.equals(text.toLowerCase(Locale.ROOT)));
        return LogLevel.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException();
        }
    }
}

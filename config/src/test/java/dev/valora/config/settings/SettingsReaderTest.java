package dev.valora.config.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.config.settings.Setting.ClockMode;
import dev.valora.config.settings.Setting.LogLevel;
import dev.valora.ingest.journal.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SettingsReaderTest {

    @TempDir
    private Path directory;

    @Test
    void shouldUseTheDefaultsWhenNothingIsSaid() throws Exception {
        Settings settings = read("", Map.of());
        assertEquals(Path.of("valora-data"), settings.get(Setting.DATA_DIR));
        assertEquals("127.0.0.1", settings.get(Setting.HTTP_HOST));
        assertEquals(8080, settings.get(Setting.HTTP_PORT));
        assertEquals(9090, settings.get(Setting.MANAGEMENT_PORT));
        assertEquals(Optional.empty(), settings.get(Setting.DATABASE_URL));
        assertEquals(Optional.empty(), settings.get(Setting.OPERATOR_KEY));
        assertEquals(ClockMode.SYSTEM, settings.get(Setting.CLOCK));
        assertEquals(90, settings.get(Setting.MAX_EVENT_AGE_DAYS));
        assertTrue(settings.get(Setting.RATE_LIMITS));
        assertEquals(List.of(), settings.warnings());
    }

    record Accepted(Setting<?> setting, String text, Object value) {}

    static Stream<Accepted> accepted() {
        return Stream.of(
                new Accepted(Setting.DATA_DIR, "/var/lib/valora data", Path.of("/var/lib/valora data")),
                new Accepted(Setting.HTTP_HOST, "0.0.0.0", "0.0.0.0"),
                new Accepted(Setting.HTTP_HOST, "::1", "::1"),
                new Accepted(Setting.HTTP_PORT, "0", 0),
                new Accepted(Setting.HTTP_PORT, "65535", 65535),
                new Accepted(Setting.MANAGEMENT_HOST, "localhost", "localhost"),
                new Accepted(Setting.MANAGEMENT_PORT, "19090", 19090),
                new Accepted(Setting.EVENT_LOOPS, "2", 2),
                new Accepted(
                        Setting.DATABASE_URL,
                        "postgresql://ann:p%40ss%3Aword+1@db.example:6543/bills",
                        Optional.of(new DatabaseUrl("db.example", 6543, "bills", "ann", "p@ss:word+1"))),
                new Accepted(
                        Setting.DATABASE_URL,
                        "postgres://ann@[::1]/bills",
                        Optional.of(new DatabaseUrl("::1", 5432, "bills", "ann", ""))),
                new Accepted(Setting.DATABASE_CONNECTIONS, "40", 40),
                new Accepted(Setting.OPERATOR_KEY, "0123456789abcdef", Optional.of("0123456789abcdef")),
                new Accepted(Setting.CLOCK, "manual", ClockMode.MANUAL),
                new Accepted(
                        Setting.CLOCK_START,
                        "2026-01-31T01:00:00+01:00",
                        Optional.of(Instant.parse("2026-01-31T00:00:00Z"))),
                new Accepted(Setting.MAX_EVENT_AGE_DAYS, "400", 400),
                new Accepted(Setting.JOURNAL_RETENTION_DAYS, "120", Optional.of(120)),
                new Accepted(Setting.RESTORE_HORIZON_DAYS, "0", 0),
                new Accepted(Setting.INGEST_DURABILITY, "os", Durability.OS),
                new Accepted(Setting.DISK_LOW_MIB, "5000", 5000),
                new Accepted(Setting.JOURNAL_FILE_MIB, "64", 64),
                new Accepted(Setting.DISK_FULL_MIB, "100", 100),
                new Accepted(Setting.RATE_LIMITS, "off", false),
                new Accepted(Setting.DRAIN_SECONDS, "5", 5),
                new Accepted(Setting.LOG_LEVEL, "debug", LogLevel.DEBUG));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void shouldReadTheSameFromTheFileAndFromTheEnvironment(Accepted row) throws Exception {
        assertEquals(
                row.value(),
                read(row.setting().key() + ": \"" + row.text() + "\"", Map.of()).get(row.setting()));
        assertEquals(
                row.value(),
                read("", Map.of(row.setting().variable(), row.text())).get(row.setting()));
        assertEquals(
                row.value(),
                read(
                                row.setting().key() + ": nonsense or worse",
                                Map.of(row.setting().variable(), " " + row.text() + " "))
                        .get(row.setting()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    http_port            | eighty
                    http_port            | 65536
                    http_port            | -1
                    http_host            | two words
                    management_port      | 1.5
                    event_loops          | 65
                    database_url         | mysql://a:b@c/d
                    database_url         | postgresql://host/database
                    database_url         | postgresql://a:b@host
                    database_url         | postgresql://a:b@host/d?sslmode=require
                    database_url         | postgresql://a:b@host:99999/d
                    database_connections | 3
                    operator_key         | short
                    operator_key         | has a blank in the middle
                    clock                | Manual
                    clock_start          | 2026-01-31
                    clock_start          | 1969-12-31T00:00:00Z
                    clock_start          | 9999-01-01T00:00:00Z
                    max_event_age_days   | 0
                    journal_retention_days | 1
                    journal_retention_days | for ever
                    restore_horizon_days | -1
                    ingest_durability    | FSYNC
                    disk_low_mib         | 1
                    journal_file_mib     | 63
                    journal_file_mib     | 1025
                    disk_full_mib        | 0
                    rate_limits          | maybe
                    drain_seconds        | 0
                    log_level            | INFO
                    """)
    void shouldNameTheKeyTheGivenValueAndTheAcceptedOnes(String key, String text) {
        Setting<?> setting = Objects.requireNonNull(Setting.BY_KEY.get(key));
        SettingsException refused = assertThrows(
                SettingsException.class, () -> read("# first line\n" + key + ": \"" + text + "\"", Map.of()));
        assertEquals(1, refused.problems().size(), all(refused));
        String problem = refused.problems().getFirst();
        assertTrue(problem.startsWith(key + " (file valora.yaml line 2): \""), problem);
        assertTrue(problem.endsWith("is not accepted; use " + setting.accepted() + "."), problem);
        assertTrue(problem.contains(setting.masked(text)), problem);
    }

    @Test
    void shouldRefuseDiskLimitsThatContradictEachOther() {
        SettingsException refused =
                assertThrows(SettingsException.class, () -> read("disk_low_mib: 64\ndisk_full_mib: 64", Map.of()));
        assertEquals(1, refused.problems().size());
        assertTrue(refused.problems().getFirst().contains("not more than disk_full_mib"), all(refused));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    journal_retention_days: 90 | journal_retention_days: "90" is not more than max_event_age_days, which is 90: usage sent again after its file was removed would be counted again; use at least 91, or a smaller max_event_age_days.
                    journal_retention_days: 20 & max_event_age_days: 10 | journal_retention_days: "20" is less than restore_horizon_days, which is 30: a database restored from a backup could not catch up; use at least 30, or a smaller restore_horizon_days.
                    journal_retention_days: 365 & max_event_age_days: 400 | journal_retention_days: "365" is not more than max_event_age_days, which is 400: usage sent again after its file was removed would be counted again; use at least 401, or a smaller max_event_age_days.
                    """)
    void shouldRefuseToRemoveWhatIsStillNeeded(String file, String problem) {
        SettingsException refused =
                assertThrows(SettingsException.class, () -> read(file.replace(" & ", "\n"), Map.of()));
        assertEquals(List.of(problem), refused.problems());
    }

    @Test
    void shouldKeepTheJournalForEverUnlessTold() throws Exception {
        assertEquals(Optional.empty(), read("", Map.of()).get(Setting.JOURNAL_RETENTION_DAYS));
        assertEquals(
                Optional.of(91), read("journal_retention_days: 91", Map.of()).get(Setting.JOURNAL_RETENTION_DAYS));
        assertEquals(
                Optional.of(30),
                read("journal_retention_days: 30\nmax_event_age_days: 29", Map.of())
                        .get(Setting.JOURNAL_RETENTION_DAYS));
    }

    @Test
    void shouldWarnOfUsageThatIsNotForced() throws Exception {
        assertTrue(
                read("ingest_durability: os", Map.of()).warnings().getFirst().contains("does not survive a power cut"));
    }

    @Test
    void shouldReportAllProblemsAtOnce() {
        SettingsException refused = assertThrows(
                SettingsException.class,
                () -> read(
                        """
                        http_prt: 8080
                        clock: sundial
                        clock: manual
                        data_dir: [a, b]
                        max_event_age_days: 91
                        """,
                        Map.of(
                                "VALORA_HTTP_PORT",
                                "x",
                                "VALORA_DATABASE_URI",
                                "y",
                                "VALORA_MAX_EVENT_AGE_DAYS",
                                "never")));
        assertEquals(6, refused.problems().size(), all(refused));
        assertTrue(all(refused).contains("http_prt (file valora.yaml line 1): there is no such setting"));
        assertTrue(all(refused).contains("did you mean http_port?"));
        assertTrue(all(refused).contains("clock (file valora.yaml line 3): stands in the file twice"));
        assertTrue(all(refused).contains("data_dir (file valora.yaml line 4): holds a list"));
        assertTrue(all(refused).contains("VALORA_HTTP_PORT: \"x\" is not accepted"));
        assertTrue(all(refused)
                .contains("VALORA_DATABASE_URI: there is no such setting; did you mean VALORA_DATABASE_URL?"));
        assertTrue(all(refused).contains("VALORA_MAX_EVENT_AGE_DAYS: \"never\""));
    }

    @Test
    void shouldOnlyWarnAboutVariablesThatAPlatformPutsThere() throws Exception {
        Settings settings = read(
                "",
                Map.of(
                        "VALORA_PORT_8080_TCP_ADDR", "10.0.0.1",
                        "VALORA_CONFIG", "",
                        "VALORA_JAVA_OPTS", "-Xmx1g",
                        "VALORA_HTTP_PORT", "  "));
        assertEquals(
                List.of("The environment variable VALORA_PORT_8080_TCP_ADDR is not a setting and is ignored."),
                settings.warnings());
        assertEquals(8080, settings.get(Setting.HTTP_PORT));
    }

    @Test
    void shouldRefuseOnePortForBoth() {
        SettingsException refused =
                assertThrows(SettingsException.class, () -> read("http_port: 7000\nmanagement_port: 7000", Map.of()));
        assertTrue(all(refused).contains("is also http_port"), all(refused));
    }

    @Test
    void shouldFindTheFileOnTheCommandLineThenInTheEnvironmentThenInTheWorkingDirectory() throws Exception {
        Files.writeString(directory.resolve("valora.yaml"), "http_port: 1");
        Files.writeString(directory.resolve("env.yaml"), "http_port: 2");
        Files.writeString(directory.resolve("line.yaml"), "http_port: 3");
        Map<String, String> environment = Map.of("VALORA_CONFIG", "env.yaml");
        assertEquals(
                1, SettingsReader.read(Optional.empty(), Map.of(), directory).get(Setting.HTTP_PORT));
        assertEquals(
                2, SettingsReader.read(Optional.empty(), environment, directory).get(Setting.HTTP_PORT));
        assertEquals(
                3,
                SettingsReader.read(Optional.of(Path.of("line.yaml")), environment, directory)
                        .get(Setting.HTTP_PORT));
        SettingsException missing = assertThrows(
                SettingsException.class,
                () -> SettingsReader.read(Optional.of(Path.of("none.yaml")), Map.of(), directory));
        assertTrue(all(missing).contains("none.yaml does not exist"), all(missing));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    - just a list    | must hold lines of the form
                    {a: 1, b           | is not YAML
                    """)
    void shouldRefuseAFileThatIsNoMapping(String content, String words) {
        SettingsException refused = assertThrows(SettingsException.class, () -> read(content, Map.of()));
        assertTrue(all(refused).contains(words), all(refused));
    }

    @Test
    void shouldShowWhereEachValueComesFromAndNoSecret() throws Exception {
        String yaml = read(
                        "http_port: 8081\noperator_key: 0123456789abcdef",
                        Map.of("VALORA_DATABASE_URL", "postgresql://ann:sesame@db:6543/bills"))
                .toYaml();
        assertTrue(yaml.contains("# file valora.yaml line 1"), yaml);
        assertTrue(yaml.contains("# environment VALORA_DATABASE_URL"), yaml);
        assertTrue(yaml.contains("postgresql://ann:********@db:6543/bills"), yaml);
        assertTrue(yaml.matches("(?s).*clock: system +# default\n.*"), yaml);
        assertFalse(yaml.contains("sesame") || yaml.contains("0123456789abcdef"), yaml);
        assertEquals(
                8081,
                read(yaml, Map.of("VALORA_OPERATOR_KEY", "0123456789abcdef")).get(Setting.HTTP_PORT));
    }

    @Test
    void shouldShipASettingsFileThatSaysWhatTheDefaultsAre() throws Exception {
        String shipped = Files.readString(Path.of("valora.yaml"));
        Settings settings = read(shipped, Map.of());
        for (Setting<?> setting : Setting.ALL) {
            assertEquals(read("", Map.of()).get(setting), settings.get(setting), setting.key());
            assertTrue(shipped.contains(setting.key() + ":"), "the file does not show " + setting.key());
        }
    }

    private static String all(SettingsException refused) {
        return String.join("\n", refused.problems());
    }

    private Settings read(String file, Map<String, String> environment) throws IOException, SettingsException {
        Files.writeString(directory.resolve("valora.yaml"), file);
        return SettingsReader.read(Optional.empty(), environment, directory);
    }
}

package dev.valora.aggregator.store;

import static dev.valora.aggregator.store.WindowDeltas.ORGANIZATION;
import static dev.valora.aggregator.store.WindowDeltas.at;
import static dev.valora.aggregator.store.WindowDeltas.delta;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.valora.aggregator.Composition;
import dev.valora.aggregator.Cut;
import dev.valora.aggregator.Entries;
import dev.valora.aggregator.QuantityQuestion;
import dev.valora.aggregator.StoredRows;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** Windows of an earlier version are carried over, and written on, as if this version had written them. */
final class MigrationTest {

    private static final OrganizationId OTHER = Entries.organization(2);
    private static final Map<String, String> EU = Map.of("region", "eu");
    private static final Cut DAY = new Cut(
            Instant.parse("2026-03-01T00:00:00Z"),
            Instant.parse("2026-03-02T00:00:00Z"),
            Instant.parse("2026-03-02T01:00:00Z"));

    private static final String COLUMNS = "organization_id, meter, customer, window_start, accepted_hour,"
            + " dimensions_key, dimensions, coalesce(value::text, 'none'), events, resets, first_position, last_position";
    private static final String ORDER = " ORDER BY 1, 2, 3, 4, 5, 6";
    private static final String AS_NAMES = "SELECT " + COLUMNS + " FROM usage.windows" + ORDER;
    private static final String AS_SERIES = "SELECT s." + COLUMNS
            + " FROM usage.windows w JOIN usage.series s USING (organization_id, series_id)" + ORDER;
    private static final String BESIDE = "SELECT 'voids', v::text FROM usage.voids v UNION ALL"
            + " SELECT 'skipped', s::text FROM usage.skipped_events s UNION ALL"
            + " SELECT 'checkpoint', c::text FROM usage.checkpoint c ORDER BY 1, 2";

    @Test
    void shouldCarryOverEveryRow() {
        try (TestDatabase test = TestDatabase.create("access")) {
            migration(test, "5").migrate();
            fill(test);
            List<String> windows = StoredRows.of(test, AS_NAMES);
            List<String> beside = StoredRows.of(test, BESIDE);
            assertEquals(9, windows.size());
            assertEquals(3, beside.size());

            migration(test, "latest").migrate();

            assertEquals(windows, StoredRows.of(test, AS_SERIES));
            assertEquals(beside, StoredRows.of(test, BESIDE));
            assertEquals(
                    List.of(
                            "1 gb acme {}",
                            "2 peak acme {}",
                            "3 gb acme {\"region\": \"eu\"}",
                            "4 gb acme {}",
                            "5 gb bob {}"),
                    StoredRows.of(
                            test, "SELECT series_id, meter, customer, dimensions FROM usage.series ORDER BY series_id"),
                    "in the order in which they began");
        }
    }

    @Test
    void shouldReadAndWriteOnWhatWasCarriedOver() {
        try (TestDatabase test = TestDatabase.create("access")) {
            migration(test, "5").migrate();
            fill(test);
            migration(test, "latest").migrate();
            WindowStore store = new WindowStore(test.database());
            assertInstanceOf(
                    FlushOutcome.Applied.class,
                    store.flush(
                            store.attach(WindowDeltas.JOURNAL, 1, 7),
                            at(8),
                            WindowDeltas.usage(
                                    delta("acme", EU, Composition.ADD, "0.5"),
                                    delta("carol", Map.of(), Composition.ADD, "1"))));

            assertEquals(
                    List.of("4.5 3", "1 2"),
                    StoredRows.of(
                            test,
                            "SELECT value, events FROM usage.windows w JOIN usage.series s USING (series_id)"
                                    + " WHERE dimensions <> '{}' OR customer = 'carol' ORDER BY series_id"));
            assertEquals(
                    List.of("carol"), StoredRows.of(test, "SELECT customer FROM usage.series WHERE series_id > 5"));
            // The maximum of 50 at ten is reset to 20 an hour later, and that of eleven to nothing.
            assertEquals("[7.75, 4.5, 20]", quantities(test, ORGANIZATION));
            assertEquals("[13, 0, 0]", quantities(test, OTHER));
        }
    }

    @Test
    void shouldMigrateAnEmptyDatabase() {
        try (TestDatabase test = TestDatabase.create("access")) {
            migration(test, "5").migrate();
            migration(test, "latest").migrate();
            assertEquals(List.of("0 0"), StoredRows.of(test, """
                    SELECT (SELECT count(*) FROM usage.series), (SELECT count(*) FROM usage.windows)
                    """));
        }
    }

    /** Of acme: all of a sum but what is of its own, the sum of one region, and a maximum. */
    private static String quantities(TestDatabase test, OrganizationId organization) {
        List<QuantityQuestion> questions = List.of(
                question("gb", Composition.ADD, Map.of(), List.of(EU)),
                question("gb", Composition.ADD, EU, List.of()),
                question("peak", Composition.GREATEST, Map.of(), List.of()));
        return test.database()
                .inOrganization(
                        organization,
                        transaction -> new PgQuantityReader()
                                .read(transaction, organization, questions)
                                .toString());
    }

    private static QuantityQuestion question(
            String meter, Composition composition, Map<String, String> having, List<Map<String, String>> except) {
        return new QuantityQuestion("acme", meter, composition, DAY, having, except);
    }

    /** Two organizations; windows with and without dimensions, some accepted in several hours; two of a maximum that are reset. */
    private static void fill(TestDatabase test) {
        row(test, ORGANIZATION, "'gb','acme', '%1$s 10:00Z','%1$s 10:00Z', '%2$s','{}', 5,2, 10,20, false");
        row(test, ORGANIZATION, "'gb','acme', '%1$s 10:00Z','%1$s 11:00Z', '%2$s','{}', 2.75,1, 32,32, false");
        row(
                test,
                ORGANIZATION,
                "'gb','acme', '%1$s 10:00Z','%1$s 11:00Z', '%3$s','{\"region\":\"eu\"}', 4,1, 12,12, false");
        row(test, ORGANIZATION, "'gb','bob', '%1$s 10:00Z','%1$s 10:00Z', '%2$s','{}', 1,1, 14,14, false");
        row(test, ORGANIZATION, "'peak','acme', '%1$s 10:00Z','%1$s 10:00Z', '%2$s','{}', 50,1, 11,11, false");
        row(test, ORGANIZATION, "'peak','acme', '%1$s 10:00Z','%1$s 11:00Z', '%2$s','{}', 20,1, 30,30, true");
        row(test, ORGANIZATION, "'peak','acme', '%1$s 11:00Z','%1$s 11:00Z', '%2$s','{}', 30,1, 31,31, false");
        row(test, ORGANIZATION, "'peak','acme', '%1$s 11:00Z','%1$s 12:00Z', '%2$s','{}', NULL,0, 40,40, true");
        row(test, OTHER, "'gb','acme', '%1$s 10:00Z','%1$s 10:00Z', '%2$s','{}', 13,1, 13,13, false");
        String organization = ORGANIZATION.value().toString();
        StoredRows.change(
                test, "INSERT INTO usage.voids VALUES ('" + organization + "', 9, 30, '2026-03-01 11:00Z', 'twice')");
        StoredRows.change(test, "INSERT INTO usage.skipped_events VALUES ('" + organization + "', 'gb', 3, 33)");
        StoredRows.change(
                test,
                "INSERT INTO usage.checkpoint VALUES (true, '" + WindowDeltas.JOURNAL + "', 7, 0, to_timestamp(7))");
    }

    private static void row(TestDatabase test, OrganizationId organization, String values) {
        String filled = values.formatted("2026-03-01", new UUID(0, 0), DimensionsKey.of(new TreeMap<>(EU)));
        StoredRows.change(test, "INSERT INTO usage.windows VALUES ('" + organization.value() + "', " + filled + ")");
    }

    private static Flyway migration(TestDatabase test, String target) {
        String url = test.url();
        return Flyway.configure()
                .dataSource("jdbc:postgresql://" + url.substring(url.indexOf('@') + 1), "valora_owner", "valora_owner")
                .schemas("usage")
                .defaultSchema("usage")
                .locations("classpath:db/usage")
                .target(target)
                .load();
    }
}

package dev.valora.billing.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.valora.billing.BillingApi;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.WallClock;
import io.vertx.sqlclient.Tuple;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuditTrailTest {

    @AutoClose
    private static final BillingApi API = new BillingApi("2026-01-01T00:00:00.000001Z");

    private static final AuditTrail AUDIT = API.audit();

    @Test
    void shouldNumberTheEntriesOfAnOrganizationFromOne() {
        OrganizationId organization = organization();
        AUDIT.change(new Author(organization, "key:a", "req_1"), change -> {
            change.append("first", "thing:1", null, Json.object().put("a", "1"));
            change.append("second", "thing:2", Json.object().put("a", "1"), null);
            return true;
        });
        AUDIT.change(Author.job(organization, "run"), change -> {
            change.append("third", "thing:3", null, null);
            return true;
        });
        assertEquals(
                List.of(
                        "1 2026-01-01 00:00:00.000001 key:a req_1 first thing:1 null {\"a\": \"1\"}",
                        "2 2026-01-01 00:00:00.000001 key:a req_1 second thing:2 {\"a\": \"1\"} null",
                        "3 2026-01-01 00:00:00.000001 job:run null third thing:3 null null"),
                API.rows(
                        "SELECT entry, occurred_at AT TIME ZONE 'UTC', actor, request_id, action, target, before, after"
                                + " FROM billing.audit WHERE organization_id = '" + organization + "' ORDER BY entry"));
    }

    @Test
    void shouldGiveIdsInTheOrderOfChanges() {
        OrganizationId organization = organization();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ids.add(AUDIT.change(new Author(organization, "key:a", "req_1"), change -> {
                        change.append("created", "thing", null, null);
                        return change.newId();
                    })
                    .toString());
        }
        assertEquals(ids.stream().sorted().distinct().toList(), ids);
        ids.forEach(id -> assertEquals(
                "8 2", UUID.fromString(id).version() + " " + UUID.fromString(id).variant()));
    }

    @Test
    void shouldLeaveNoGapWhereAChangeFailed() {
        OrganizationId organization = organization();
        append(organization, "first");
        assertThrows(
                IllegalStateException.class,
                () -> AUDIT.change(Author.job(organization, "run"), change -> {
                    change.append("refused", "thing", null, null);
                    throw new IllegalStateException("changed its mind");
                }));
        append(organization, "second");
        assertEquals(List.of("1 first", "2 second"), entries(organization));
    }

    @Test
    void shouldAskForTheTimeOnceNobodyElseChanges() {
        OrganizationId organization = organization();
        append(organization, "first");
        WallClock clock = () -> {
            IllegalStateException locked = assertThrows(
                    IllegalStateException.class,
                    () -> API.rows("SELECT * FROM billing.numbering WHERE organization_id = '" + organization
                            + "' FOR UPDATE NOWAIT"));
            assertEquals(
                    "55P03",
                    assertInstanceOf(SQLException.class, locked.getCause()).getSQLState());
            return API.clock().epochMicros();
        };
        new AuditTrail(API.database(), clock).change(Author.job(organization, "run"), change -> {
            change.append("second", "thing", null, null);
            return true;
        });
        assertEquals(List.of("1 first", "2 second"), entries(organization));
    }

    @Test
    void shouldLetConcurrentChangesFollowEachOther() throws InterruptedException, ExecutionException {
        OrganizationId organization = organization();
        List<Future<?>> done = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (int i = 0; i < 30; i++) {
                done.add(threads.submit(() -> append(organization, "change")));
            }
            for (Future<?> future : done) {
                future.get();
            }
        }
        assertEquals(
                List.of("30 1 30"),
                API.rows("SELECT count(*), min(entry), max(entry) FROM billing.audit WHERE organization_id = '"
                        + organization + "'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE billing.audit SET actor = 'x'",
                "DELETE FROM billing.audit",
                "TRUNCATE billing.audit",
                "UPDATE billing.price_versions SET version = 2",
                "DELETE FROM billing.price_versions"
            })
    void shouldRefuseToChangeWhatIsAppendOnly(String sql) {
        OrganizationId organization = organization();
        append(organization, "first");
        DatabaseException asApplication = assertThrows(
                DatabaseException.class,
                () -> API.database().inOrganization(organization, transaction -> transaction.execute(sql)));
        assertEquals("42501", asApplication.sqlState());
        assertThrows(IllegalStateException.class, () -> API.asSuperuser(sql));
        assertEquals(List.of("1 first"), entries(organization));
    }

    @Test
    void shouldShowNoOrganizationTheRowsOfAnother() {
        OrganizationId organization = organization();
        append(organization, "first");
        OrganizationId other = organization();
        long visible = API.database()
                .inOrganization(
                        other,
                        transaction -> transaction
                                .execute("SELECT count(*) FROM billing.audit")
                                .iterator()
                                .next()
                                .getLong(0));
        assertEquals(0, visible);
        DatabaseException refused = assertThrows(
                DatabaseException.class,
                () -> API.database()
                        .inOrganization(
                                other,
                                transaction -> transaction.execute(
                                        "INSERT INTO billing.numbering (organization_id) VALUES ($1)",
                                        Tuple.of(organization().value()))));
        assertEquals("42501", refused.sqlState());
    }

    private static void append(OrganizationId organization, String action) {
        AUDIT.change(Author.job(organization, "run"), change -> {
            change.append(action, "thing", null, null);
            return true;
        });
    }

    private static List<String> entries(OrganizationId organization) {
        return API.rows("SELECT entry, action FROM billing.audit WHERE organization_id = '" + organization
                + "' ORDER BY entry");
    }

    private static OrganizationId organization() {
        return new OrganizationId(UUID.randomUUID());
    }
}

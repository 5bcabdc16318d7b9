package dev.valora.ingest.access;

import dev.valora.ingest.Database;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.RegisteredMeter;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows of meters in PostgreSQL. Blocks; any thread but an event loop. */
final class MeterStore {

    private static final Logger LOG = LoggerFactory.getLogger(MeterStore.class);
    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private static final String ONE =
            "SELECT " + Meter.COLUMNS + " FROM access.meters WHERE organization_id = $1 AND code = $2";
    private static final String LIST = "SELECT " + Meter.COLUMNS
            + " FROM access.meters WHERE organization_id = $1 AND row_id > $2 ORDER BY row_id LIMIT $3";
    private static final String COUNT = "SELECT count(*) FROM access.meters WHERE organization_id = $1";
    private static final String RELABEL =
            "UPDATE access.meters SET name = $3, unit = $4 WHERE organization_id = $1 AND code = $2";
    private static final String ARCHIVE = """
            UPDATE access.meters SET archived_at = $3
            WHERE organization_id = $1 AND code = $2 AND archived_at IS NULL
            """;
    private static final String ALL =
            "SELECT organization_id, code, archived_at IS NOT NULL AS archived FROM access.meters";

    private final Database database;

    MeterStore(Database database) {
        this.database = database;
    }

    /** A meter at its place in the list. */
    record Listed(long number, Meter meter) {}

    private record Name(OrganizationId organization, String code) {}

    long count(OrganizationId organization) {
        return database.inOrganization(
                organization,
                transaction -> transaction
                        .execute(COUNT, Tuple.of(organization.value()))
                        .iterator()
                        .next()
                        .getLong(0));
    }

    Optional<Meter> find(OrganizationId organization, String code) {
        return database.inOrganization(
                organization, transaction -> first(transaction.execute(ONE, Tuple.of(organization.value(), code))));
    }

    List<Listed> list(OrganizationId organization, Page page) {
        return database.inOrganization(organization, transaction -> {
            List<Listed> rows = new ArrayList<>();
            for (Row row : transaction.execute(LIST, Tuple.of(organization.value(), page.after(), page.fetch()))) {
                rows.add(new Listed(row.getLong("row_id"), Meter.ofRow(row)));
            }
            return rows;
        });
    }

    /** Writes the row of a journaled meter unless it is there; false when it was. */
    boolean insert(MeterDefinition meter, Meter.Label label, Instant createdAt, @Nullable Instant archivedAt) {
        return database.inOrganization(
                meter.organization(),
                transaction -> transaction
                                .execute(Meter.INSERT, Meter.newRow(meter, label, createdAt, archivedAt))
                                .rowCount()
                        == 1);
    }

    /** Changes name and unit, while nobody else does; empty when there is no such meter. */
    Optional<Meter> relabel(OrganizationId organization, String code, UnaryOperator<Meter.Label> change) {
        return database.inOrganization(organization, transaction -> {
            Optional<Meter> before =
                    first(transaction.execute(ONE + " FOR UPDATE", Tuple.of(organization.value(), code)));
            if (before.isEmpty()) {
                return before;
            }
            Meter.Label label = change.apply(
                    new Meter.Label(before.get().name(), before.get().unit()));
            transaction.execute(RELABEL, Tuple.of(organization.value(), code, label.name(), label.unit()));
            return first(transaction.execute(ONE, Tuple.of(organization.value(), code)));
        });
    }

    /** Writes down that a meter was archived, if that is not written already. */
    void archive(OrganizationId organization, String code, Instant archivedAt) {
        database.inOrganization(
                organization,
                transaction -> transaction.execute(
                        ARCHIVE, Tuple.of(organization.value(), code, Timestamps.toSql(archivedAt))));
    }

    /** Makes the rows follow the journal: a crash can come between the two. */
    void reconcile(MeterDirectory directory, Instant now) {
        Map<Name, Boolean> archivedByName = new HashMap<>();
        for (Row row : database.acrossOrganizations(transaction -> transaction.execute(ALL))) {
            archivedByName.put(
                    new Name(new OrganizationId(row.getUUID("organization_id")), row.getString("code")),
                    row.getBoolean("archived"));
        }
        for (RegisteredMeter meter : directory.all()) {
            MeterDefinition definition = meter.definition();
            Boolean archived = archivedByName.get(new Name(definition.organization(), definition.code()));
            if (archived == null) {
                insertMissing(meter, now);
            } else if (meter.isArchived() && !archived) {
                archive(definition.organization(), definition.code(), now);
            }
        }
    }

    private void insertMissing(RegisteredMeter meter, Instant now) {
        try {
            insert(meter.definition(), Meter.Label.NONE, now, meter.isArchived() ? now : null);
        } catch (DatabaseException refused) {
            if (!FOREIGN_KEY_VIOLATION.equals(refused.sqlState())) {
                throw refused;
            }
            LOG.error(
                    "the journal has the meter {} of organization {}, which this database does not know: was the database"
                            + " restored from an older backup?",
                    meter.definition().code(),
                    meter.definition().organization());
        }
    }

    private static Optional<Meter> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(Meter.ofRow(rows.iterator().next()));
    }
}

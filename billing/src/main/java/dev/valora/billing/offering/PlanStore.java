package dev.valora.billing.offering;

import dev.valora.billing.JsonColumn;
import dev.valora.ingest.Database.Transaction;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of plans, inside a transaction of their organization. */
public final class PlanStore {

    private static final String SELECT = "SELECT " + Plan.COLUMNS + " FROM billing.plans WHERE organization_id = $1 ";
    private static final String ONE = SELECT + "AND code = $2";
    private static final String LIST = SELECT + "AND created_order > $2 ORDER BY created_order LIMIT $3";
    private static final String INSERT = """
            INSERT INTO billing.plans (organization_id, code, name, prices, trial_days, metadata, created_at)
            VALUES ($1, $2, $3, $4, $5, $6::text::jsonb, $7) ON CONFLICT (organization_id, code) DO NOTHING
            """;
    private static final String ARCHIVE =
            "UPDATE billing.plans SET archived_at = $3 WHERE organization_id = $1 AND code = $2";

    private PlanStore() {}

    /** A plan at its place in the list. */
    record Listed(long number, Plan plan) {}

    /** The plan with this code, archived or not. */
    public static Optional<Plan> find(Transaction transaction, OrganizationId organization, String code) {
        return read(transaction.execute(ONE, Tuple.of(organization.value(), code))).stream()
                .findFirst()
                .map(Listed::plan);
    }

    static List<Listed> list(Transaction transaction, OrganizationId organization, Page page) {
        return read(transaction.execute(LIST, Tuple.of(organization.value(), page.after(), page.fetch())));
    }

    /** False when the code is taken, and then nothing is written. */
    static boolean insert(Transaction transaction, OrganizationId organization, Plan plan) {
        Tuple row = Tuple.tuple()
                .addUUID(organization.value())
                .addString(plan.code())
                .addString(plan.name())
                .addArrayOfString(plan.prices().toArray(String[]::new))
                .addInteger(plan.trialDays())
                .addString(JsonColumn.toSql(plan.metadata()))
                .addOffsetDateTime(Timestamps.toSql(plan.createdAt()));
        return transaction.execute(INSERT, row).rowCount() == 1;
    }

    static void archive(Transaction transaction, OrganizationId organization, String code, Instant at) {
        transaction.execute(ARCHIVE, Tuple.of(organization.value(), code, Timestamps.toSql(at)));
    }

    private static List<Listed> read(RowSet<Row> rows) {
        List<Listed> listed = new ArrayList<>();
        rows.forEach(row -> listed.add(new Listed(row.getLong("created_order"), Plan.ofRow(row))));
        return listed;
    }
}

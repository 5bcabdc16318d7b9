package dev.valora.billing.cycles;

import dev.valora.billing.JobKind;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Finds work that is due, across organizations. */
public final class DueStore {

    /**
     * Four looks into an index for each organization: past subscriptions that wait with an error, and no further. OFFSET 0 keeps the
     * planner from looking at all that is due, however much there is, to find what is due first.
     */
    private static final String EARLIEST = """
            SELECT n.organization_id, due.job, due.at, greatest(due.at, due.created_at, due.retry_at) AS since, due.period_end
            FROM billing.numbering n
            CROSS JOIN LATERAL (
                (SELECT 'activate' AS job, 0 AS turn, s.starts_at AS at, s.created_at, s.retry_at, NULL::date AS period_end
                    FROM billing.subscriptions s
                    WHERE s.organization_id = n.organization_id AND s.status = 'scheduled' AND s.starts_at <= $1
                        AND (s.retry_at IS NULL OR s.retry_at <= $2)
                    ORDER BY s.starts_at LIMIT 1)
                UNION ALL
                (SELECT 'roll', 1, c.ends_at, s.created_at, s.retry_at, NULL FROM billing.cycles c
                    CROSS JOIN LATERAL (SELECT s.created_at, s.retry_at FROM billing.subscriptions s
                        WHERE s.organization_id = c.organization_id AND s.id = c.subscription_id
                            AND (s.retry_at IS NULL OR s.retry_at <= $2) OFFSET 0) s
                    WHERE c.organization_id = n.organization_id AND c.state = 'open' AND c.ends_at <= $1
                    ORDER BY c.ends_at LIMIT 1)
                UNION ALL
                (SELECT 'close', 2, c.accepted_before, s.created_at, s.retry_at, c.period_end FROM billing.cycles c
                    CROSS JOIN LATERAL (SELECT s.created_at, s.retry_at FROM billing.subscriptions s
                        WHERE s.organization_id = c.organization_id AND s.id = c.subscription_id
                            AND (s.retry_at IS NULL OR s.retry_at <= $2) OFFSET 0) s
                    WHERE c.organization_id = n.organization_id AND c.state = 'awaiting_cut' AND c.accepted_before <= $1
                    ORDER BY c.accepted_before, c.period_end LIMIT 1)
                UNION ALL
                (SELECT 'overdue', 3, i.overdue_at, s.created_at, s.retry_at, NULL FROM billing.invoices i
                    CROSS JOIN LATERAL (SELECT s.created_at, s.retry_at FROM billing.subscriptions s
                        WHERE s.organization_id = i.organization_id AND s.id = i.subscription_id
                            AND (s.retry_at IS NULL OR s.retry_at <= $2) OFFSET 0) s
                    WHERE i.organization_id = n.organization_id AND i.overdue_at <= $1
                    ORDER BY i.overdue_at LIMIT 1)
                ORDER BY at, turn LIMIT 1
            ) due
            ORDER BY due.at, n.organization_id
            """;

    private static final String BEHIND_WATERMARK = """
            SELECT coalesce(sum(behind.cycles), 0)::bigint FROM billing.numbering n
            CROSS JOIN LATERAL (
                SELECT count(*) AS cycles FROM billing.cycles c
                WHERE c.organization_id = n.organization_id AND c.state = 'awaiting_cut'
                    AND c.accepted_before > $1 AND c.accepted_before <= $2
            ) behind
            """;
    private static final String SET_ASIDE = """
            SELECT organization_id, id, failed_due, failure FROM billing.subscriptions
            WHERE retry_at > $1 ORDER BY failed_due, organization_id, id LIMIT $2
            """;
    private static final String SET_ASIDE_COUNT = "SELECT count(*) FROM billing.subscriptions WHERE retry_at > $1";

    private DueStore() {}

    /**
     * A subscription that failed and waits.
     *
     * @param due when the work should have been done
     * @param failure a sentence
     */
    public record SetAside(UUID organization, UUID subscription, Instant due, String failure) {}

    /**
     * The earliest work of each organization, the earliest of all first.
     *
     * @param through work that came due later is left
     * @param now subscriptions that wait for a later retry are left out
     */
    public static List<Due> earliest(Database.Transaction transaction, Instant through, Instant now) {
        List<Due> due = new ArrayList<>();
        Tuple parameters = Tuple.of(Timestamps.toSql(through), Timestamps.toSql(now));
        for (Row row : transaction.execute(EARLIEST, parameters)) {
            due.add(new Due(
                    new OrganizationId(row.getUUID("organization_id")),
                    JobKind.ofWireName(row.getString("job")),
                    Timestamps.read(row, "at"),
                    Timestamps.read(row, "since"),
                    row.getLocalDate("period_end")));
        }
        return due;
    }

    /** Cycles whose cut has come by the clock, but not by the watermark. */
    public static int behindWatermark(Database.Transaction transaction, Instant watermark, Instant now) {
        return count(transaction, BEHIND_WATERMARK, Tuple.of(Timestamps.toSql(watermark), Timestamps.toSql(now)));
    }

    /** Subscriptions that wait with an error, those first whose work is the most overdue. */
    public static List<SetAside> setAside(Database.Transaction transaction, Instant now, int limit) {
        List<SetAside> setAside = new ArrayList<>();
        for (Row row : transaction.execute(SET_ASIDE, Tuple.of(Timestamps.toSql(now), limit))) {
            setAside.add(new SetAside(
                    row.getUUID("organization_id"),
                    row.getUUID("id"),
                    Timestamps.read(row, "failed_due"),
                    row.getString("failure")));
        }
        return setAside;
    }

    /** How many subscriptions wait with an error. */
    public static int setAsideCount(Database.Transaction transaction, Instant now) {
        return count(transaction, SET_ASIDE_COUNT, Tuple.of(Timestamps.toSql(now)));
    }

    private static int count(Database.Transaction transaction, String query, Tuple parameters) {
        return Math.toIntExact(
                transaction.execute(query, parameters).iterator().next().getLong(0));
    }
}

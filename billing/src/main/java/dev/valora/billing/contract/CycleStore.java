package dev.valora.billing.contract;

import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.invoice.DerivedId;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.ingest.Database;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes the rows of cycles, inside a transaction of their organization. */
public final class CycleStore {

    private static final String INSERT = """
            INSERT INTO billing.cycles (organization_id, id, subscription_id, number, period_start, period_end, starts_at,
                ends_at, grace_hours, accepted_before, net_terms_days, kind, state,
                late_usage, zero_invoices)
            SELECT $1, sent.* FROM unnest($2::uuid[], $3::uuid[], $4::integer[], $5::date[], $6::date[], $7::timestamptz[],
                $8::timestamptz[], $9::integer[], $10::timestamptz[], $11::integer[], $12::text[], $13::text[], $14::text[],
                $15::text[]) AS sent
            """;
    private static final String UPDATE_STATE = """
            UPDATE billing.cycles SET state = $3, closed_at = $4
            WHERE organization_id = $1 AND id = ANY($2) AND state <> $3
            """;
    private static final String RESHAPE = """
            UPDATE billing.cycles SET period_end = $3, ends_at = $4, accepted_before = $5, kind = $6
            WHERE organization_id = $1 AND id = $2 AND state = 'open'
            """;

    private CycleStore() {}

    /** Writes cycles that open, of any number of subscriptions of one organization, in one statement. */
    public static void insert(Database.Transaction transaction, OrganizationId organization, List<OpenedCycle> opened) {
        if (opened.isEmpty()) {
            return;
        }
        Tuple rows = Tuple.tuple()
                .addUUID(organization.value())
                .addArrayOfUUID(opened.stream().map(CycleStore::id).toArray(UUID[]::new))
                .addArrayOfUUID(opened.stream().map(OpenedCycle::subscription).toArray(UUID[]::new))
                .addArrayOfInteger(column(opened, Cycle::number).toArray(Integer[]::new))
                .addArrayOfLocalDate(
                        column(opened, cycle -> cycle.period().start()).toArray(LocalDate[]::new))
                .addArrayOfLocalDate(
                        column(opened, cycle -> cycle.period().end()).toArray(LocalDate[]::new))
                .addArrayOfOffsetDateTime(instants(opened, Cycle::startsAt))
                .addArrayOfOffsetDateTime(instants(opened, Cycle::endsAt))
                .addArrayOfInteger(column(opened, Cycle::graceHours).toArray(Integer[]::new))
                .addArrayOfOffsetDateTime(instants(opened, Cycle::acceptedBefore))
                .addArrayOfInteger(column(opened, Cycle::netTermsDays).toArray(Integer[]::new))
                .addArrayOfString(
                        column(opened, cycle -> cycle.kind().wireName()).toArray(String[]::new))
                .addArrayOfString(
                        column(opened, cycle -> cycle.state().wireName()).toArray(String[]::new))
                .addArrayOfString(policies(opened, Cycle::lateUsage))
                .addArrayOfString(policies(opened, Cycle::zeroInvoices));
        transaction.execute(INSERT, rows);
    }

    /**
     * Moves cycles on.
     *
     * @param closedAt null unless they are closed
     * @throws IllegalStateException when one of them is there already
     */
    public static void move(
            AuditTrail.Change change, List<OpenedCycle> cycles, Cycle.State to, @Nullable Instant closedAt) {
        Tuple parameters = Tuple.tuple()
                .addUUID(change.author().organization().value())
                .addArrayOfUUID(cycles.stream().map(CycleStore::id).toArray(UUID[]::new))
                .addString(to.wireName())
                .addValue(closedAt == null ? null : Timestamps.toSql(closedAt));
        int moved = change.transaction().execute(UPDATE_STATE, parameters).rowCount();
        if (moved != cycles.size()) {
            throw new IllegalStateException(moved + " of " + cycles.size() + " cycles became " + to.wireName());
        }
    }

    /**
     * Writes where an open cycle ends now.
     *
     * @throws IllegalStateException when it is not open any more
     */
    static void reshape(AuditTrail.Change change, OpenedCycle reshaped) {
        Cycle cycle = reshaped.cycle();
        Tuple parameters = Tuple.of(
                change.author().organization().value(),
                id(reshaped),
                cycle.period().end(),
                Timestamps.toSql(cycle.endsAt()),
                Timestamps.toSql(cycle.acceptedBefore()),
                cycle.kind().wireName());
        if (change.transaction().execute(RESHAPE, parameters).rowCount() != 1) {
            throw new IllegalStateException("the cycle " + reshaped.key() + " is not open");
        }
    }

    /** It follows from whose and which it is. */
    private static UUID id(OpenedCycle opened) {
        return DerivedId.cycle(opened.subscription(), opened.cycle().number());
    }

    private static <T> List<T> column(List<OpenedCycle> opened, Function<Cycle, T> value) {
        return opened.stream().map(OpenedCycle::cycle).map(value).toList();
    }

    private static String[] policies(List<OpenedCycle> opened, Function<Cycle, Enum<?>> policy) {
        return column(opened, cycle -> policy.apply(cycle).name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
    }

    private static OffsetDateTime[] instants(List<OpenedCycle> opened, Function<Cycle, Instant> value) {
        return column(opened, value).stream().map(Timestamps::toSql).toArray(OffsetDateTime[]::new);
    }
}

package dev.valora.billing.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.invoice.DerivedId;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.subscription.Cycle;
import dev.valora.ingest.Database.Transaction;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Page;
import dev.valora.ingest.Timestamps;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** The rows of cycles, inside a transaction of their organization. */
public final class CycleStore {

    private static final String INSERT = """
            INSERT INTO billing.cycles (organization_id, id, subscription_id, number, period_start, period_end, starts_at,
                ends_at, grace_hours, accepted_before, is_trial, state)
            SELECT $1, sent.* FROM unnest($2::uuid[], $3::uuid[], $4::integer[], $5::date[], $6::date[], $7::timestamptz[],
                $8::timestamptz[], $9::integer[], $10::timestamptz[], $11::boolean[], $12::text[]) AS sent
            """;
    private static final String LIST = """
            SELECT c.id, c.number, c.period_start, c.period_end, c.starts_at, c.ends_at, c.grace_hours, c.accepted_before,
                c.is_trial, c.state, c.closed_at,
                (SELECT i.id FROM billing.invoices i
                    WHERE i.organization_id = c.organization_id AND i.subscription_id = c.subscription_id
                        AND i.cycle = c.number
                    ORDER BY i.revision DESC LIMIT 1) AS invoice
            FROM billing.cycles c
            WHERE c.organization_id = $1 AND c.subscription_id = $2 AND c.number >= $3
            ORDER BY c.number LIMIT $4
            """;

    private CycleStore() {}

    /** A cycle and whose it is. */
    public record Opened(UUID subscription, Cycle cycle) {}

    /** A cycle as it is listed. */
    record Listed(long number, ObjectNode json) {}

    /** Writes cycles that open, of any number of subscriptions of one organization, in one statement. */
    public static void insert(Transaction transaction, OrganizationId organization, List<Opened> opened) {
        Tuple rows = Tuple.tuple()
                .addUUID(organization.value())
                .addArrayOfUUID(opened.stream()
                        .map(row ->
                                DerivedId.cycle(row.subscription(), row.cycle().number()))
                        .toArray(UUID[]::new))
                .addArrayOfUUID(opened.stream().map(Opened::subscription).toArray(UUID[]::new))
                .addArrayOfInteger(column(opened, Cycle::number).toArray(Integer[]::new))
                .addArrayOfLocalDate(
                        column(opened, cycle -> cycle.period().start()).toArray(LocalDate[]::new))
                .addArrayOfLocalDate(
                        column(opened, cycle -> cycle.period().end()).toArray(LocalDate[]::new))
                .addArrayOfOffsetDateTime(instants(opened, Cycle::startsAt))
                .addArrayOfOffsetDateTime(instants(opened, Cycle::endsAt))
                .addArrayOfInteger(column(opened, Cycle::graceHours).toArray(Integer[]::new))
                .addArrayOfOffsetDateTime(instants(opened, Cycle::acceptedBefore))
                .addArrayOfBoolean(column(opened, Cycle::trial).toArray(Boolean[]::new))
                .addArrayOfString(
                        column(opened, cycle -> cycle.state().wireName()).toArray(String[]::new));
        transaction.execute(INSERT, rows);
    }

    /** A page's cycles in the order of their numbers. As numbers begin at 0, a cycle's place in the list is one more. */
    static List<Listed> list(Transaction transaction, OrganizationId organization, UUID subscription, Page page) {
        List<Listed> listed = new ArrayList<>();
        Tuple parameters = Tuple.of(organization.value(), subscription, Math.toIntExact(page.after()), page.fetch());
        for (Row row : transaction.execute(LIST, parameters)) {
            listed.add(new Listed(row.getInteger("number") + 1L, json(row)));
        }
        return listed;
    }

    private static ObjectNode json(Row row) {
        ObjectNode json = Json.object().put("id", row.getUUID("id").toString()).put("number", row.getInteger("number"));
        json.set(
                "period",
                InvoiceContent.rangeJson(
                        new DateRange(row.getLocalDate("period_start"), row.getLocalDate("period_end"))));
        Instant closedAt = Timestamps.readNullable(row, "closed_at");
        UUID invoice = row.getUUID("invoice");
        return json.put("starts_at", Timestamps.read(row, "starts_at").toString())
                .put("ends_at", Timestamps.read(row, "ends_at").toString())
                .put("grace_hours", row.getInteger("grace_hours"))
                .put("accepted_before", Timestamps.read(row, "accepted_before").toString())
                .put("trial", row.getBoolean("is_trial"))
                .put("state", row.getString("state"))
                .put("closed_at", closedAt == null ? null : closedAt.toString())
                .put("invoice", invoice == null ? null : invoice.toString());
    }

    private static <T> List<T> column(List<Opened> opened, Function<Cycle, T> value) {
        return opened.stream().map(Opened::cycle).map(value).toList();
    }

    private static OffsetDateTime[] instants(List<Opened> opened, Function<Cycle, Instant> value) {
        return column(opened, value).stream().map(Timestamps::toSql).toArray(OffsetDateTime[]::new);
    }
}

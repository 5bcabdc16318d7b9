package dev.valora.billing.fates;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.aggregator.AcceptedWindowReader;
import dev.valora.billing.JsonColumn;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.closing.Closings;
import dev.valora.billing.contract.CycleReader;
import dev.valora.billing.contract.SubscriptionStore;
import dev.valora.billing.customers.Customer;
import dev.valora.billing.customers.CustomerStore;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.LedgerEntry;
import dev.valora.billing.invoice.UsageClaims;
import dev.valora.billing.invoices.FrozenCycles;
import dev.valora.billing.invoices.LedgerTrace;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.billing.subscription.OpenedCycle;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.Organization;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of some of one customer's usage of one meter.
 *
 * @param isKnown whether there is such a customer
 * @param cycles of all its subscriptions, in the order of their numbers
 * @param claims of those cycles that the usage may be charged to
 */
record Fates(
        String meter,
        ZoneId zone,
        boolean isKnown,
        List<OpenedCycle> cycles,
        Map<CycleKey, UsageClaims> claims,
        List<LedgerTrace> traces) {

    /**
     * Reads what the fates of these rows follow from.
     *
     * @param rows in the order of their windows
     */
    static Fates load(
            Database.Transaction transaction,
            Organization organization,
            Closings closings,
            AcceptedWindowReader.Question question,
            List<AcceptedWindowReader.Accepted> rows) {
        Optional<Customer> customer = rows.isEmpty()
                ? Optional.empty()
                : CustomerStore.findByKey(transaction, organization.id(), question.customer());
        if (customer.isEmpty()) {
            return new Fates(question.meter(), organization.zone(), false, List.of(), Map.of(), List.of());
        }
        List<OpenedCycle> cycles = CycleReader.all(
                transaction,
                organization.id(),
                SubscriptionStore.idsOfCustomer(
                        transaction, organization.id(), customer.get().id()));
        List<OpenedCycle> asked = cycles.stream()
                .filter(opened -> opened.cycle().number() > 0
                        && !opened.cycle().startsAt().isAfter(rows.getLast().windowStart())
                        && opened.cycle().endsAt().isAfter(rows.getFirst().windowStart()))
                .toList();
        List<CycleKey> closed =
                asked.stream().filter(Fates::isClosed).map(OpenedCycle::key).toList();
        Map<CycleKey, UsageClaims> claims = new HashMap<>();
        FrozenCycles.load(transaction, organization.id(), closed)
                .forEach((key, terms) -> claims.put(key, new UsageClaims(terms)));
        closings.ownTerms(
                        transaction,
                        organization,
                        asked.stream().filter(opened -> !isClosed(opened)).toList())
                .forEach((key, terms) -> claims.put(key, new UsageClaims(terms)));
        return new Fates(
                question.meter(),
                organization.zone(),
                true,
                cycles,
                claims,
                LedgerTrace.load(transaction, organization.id(), closed));
    }

    /** One row with its fate. */
    ObjectNode of(AcceptedWindowReader.Accepted row) {
        LocalDate day = LocalDate.ofInstant(row.windowStart(), zone);
        ArrayNode charges = Json.array();
        boolean lived = false;
        for (OpenedCycle opened : cycles) {
            UsageClaims own = claims.get(opened.key());
            if (opened.cycle().number() > 0 && contains(opened.cycle(), row)) {
                lived |= opened.cycle().kind() != Cycle.Kind.TAIL;
                if (own != null) {
                    own.of(meter, day, row.dimensions()).forEach(item -> charges.add(charge(opened, own, item, row)));
                }
            }
        }
        ObjectNode json = Json.object().put("accepted_hour", row.acceptedHour().toString());
        json.set("dimensions", JsonColumn.toJson(row.dimensions()));
        json.put("value", PriceTermsJson.decimal(row.value().value())).put("events", row.events());
        json.put(
                "fate",
                charges.isEmpty() ? "unbilled" : charges.get(0).get("fate").textValue());
        json.put("reason", charges.isEmpty() ? reason(lived) : null);
        json.set("charges", charges);
        return json;
    }

    private String reason(boolean lived) {
        if (!isKnown) {
            return "unknown_customer";
        }
        return lived ? "no_price" : "no_subscription";
    }

    private ObjectNode charge(OpenedCycle opened, UsageClaims own, ItemTerms item, AcceptedWindowReader.Accepted row) {
        ObjectNode json = Json.object()
                .put("subscription", opened.subscription().toString())
                .put("item", item.id().toString())
                .put("price", item.price().code())
                .put("cycle", opened.cycle().number());
        List<LedgerTrace> written = written(opened, item);
        Optional<Reading> first = Reading.first(closings(opened), written, row.acceptedHour());
        if (first.isEmpty()) {
            return put(json, "unbilled", null).put("reason", "no_further_cycle");
        }
        if (!first.get().isDone()) {
            return put(json, "pending", null)
                    .put("due", first.get().acceptedBefore().toString());
        }
        LedgerTrace trace = standing(written, first.get().closing());
        if (trace == null) {
            return put(json, "unbilled", null).put("reason", "nothing_owed");
        }
        if (trace.kind() == LedgerEntry.Kind.WAIVED) {
            return put(json, "waived", trace);
        }
        ObjectNode told = put(json, own.isTrial() ? "trial" : "billed", trace);
        return trace.invoice() == null ? told.put("reason", "zero_invoice_skipped") : told;
    }

    /** The cycles whose closings look at a cycle's usage, in order. */
    private List<OpenedCycle> closings(OpenedCycle own) {
        return cycles.stream()
                .filter(opened -> opened.subscription().equals(own.subscription())
                        && opened.cycle().number() >= own.cycle().number())
                .toList();
    }

    /** What closings and revisions wrote of an item's usage in a cycle, in the order in which they were closed. */
    private List<LedgerTrace> written(OpenedCycle own, ItemTerms item) {
        return traces.stream()
                .filter(trace -> trace.subscription().equals(own.subscription())
                        && trace.cycle() == own.cycle().number()
                        && trace.item().equals(item.id()))
                .toList();
    }

    /** What stands of that closing, or, when it changed nothing, of the one before it. */
    private static @Nullable LedgerTrace standing(List<LedgerTrace> written, int closed) {
        return written.stream()
                .filter(trace -> trace.counts() && trace.closedCycle() <= closed)
                .reduce((earlier, later) -> later)
                .orElse(null);
    }

    private static ObjectNode put(ObjectNode json, String fate, @Nullable LedgerTrace trace) {
        LedgerTrace.Billing invoice = trace == null ? null : trace.invoice();
        return json.put("fate", fate)
                .put("invoice", invoice == null ? null : invoice.id().toString())
                .put("invoice_number", invoice == null ? null : invoice.number());
    }

    private static boolean contains(Cycle cycle, AcceptedWindowReader.Accepted row) {
        return !row.windowStart().isBefore(cycle.startsAt())
                && row.windowStart().isBefore(cycle.endsAt());
    }

    private static boolean isClosed(OpenedCycle opened) {
        return opened.cycle().state() == Cycle.State.CLOSED;
    }
}

package dev.valora.billing.fates;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.aggregator.AcceptedWindowReader;
import dev.valora.billing.JsonColumn;
import dev.valora.billing.catalog.PriceTermsJson;
import dev.valora.billing.closing.Closings;
import dev.valora.billing.contract.CycleReader;
import dev.valora.billing.contract.CycleStore.Opened;
import dev.valora.billing.contract.Subscription;
import dev.valora.billing.contract.SubscriptionStore;
import dev.valora.billing.customers.CustomerStore;
import dev.valora.billing.invoice.CycleTerms;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.LedgerEntry;
import dev.valora.billing.invoice.UsageClaims;
import dev.valora.billing.invoices.FrozenCycles;
import dev.valora.billing.invoices.LedgerTrace;
import dev.valora.billing.subscription.Cycle;
import dev.valora.billing.subscription.CycleKey;
import dev.valora.ingest.Database;
import dev.valora.ingest.Json;
import dev.valora.ingest.Organization;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of one customer's usage of one meter.
 *
 * @param isKnown whether there is such a customer
 * @param cycles of all its subscriptions, in the order of their numbers
 * @param terms of those cycles that usage may be charged to
 */
record Fates(
        String meter,
        ZoneId zone,
        boolean isKnown,
        List<Opened> cycles,
        Map<CycleKey, CycleTerms> terms,
        List<LedgerTrace> traces) {

    /** Reads what the fates in a stretch of event time follow from. */
    static Fates load(
            Database.Transaction transaction,
            Organization organization,
            Closings closings,
            AcceptedWindowReader.Question question) {
        List<UUID> subscriptions =
                SubscriptionStore.ofCustomer(transaction, organization.id(), question.customer()).stream()
                        .map(Subscription::id)
                        .toList();
        List<Opened> cycles = CycleReader.all(transaction, organization.id(), subscriptions);
        List<Opened> asked = cycles.stream()
                .filter(opened -> opened.cycle().number() > 0
                        && opened.cycle().startsAt().isBefore(question.to())
                        && opened.cycle().endsAt().isAfter(question.from()))
                .toList();
        List<CycleKey> closed =
                asked.stream().filter(Fates::isClosed).map(Opened::key).toList();
        Map<CycleKey, CycleTerms> terms = new HashMap<>(FrozenCycles.load(transaction, organization.id(), closed));
        terms.putAll(closings.ownTerms(
                transaction,
                organization,
                asked.stream().filter(opened -> !isClosed(opened)).toList()));
        return new Fates(
                question.meter(),
                organization.zone(),
                CustomerStore.findByKey(transaction, organization.id(), question.customer())
                        .isPresent(),
                cycles,
                terms,
                LedgerTrace.load(transaction, organization.id(), closed));
    }

    /** One row with its fate. */
    ObjectNode of(AcceptedWindowReader.Accepted row) {
        LocalDate day = LocalDate.ofInstant(row.windowStart(), zone);
        ArrayNode charges = Json.array();
        boolean lived = false;
        for (Opened opened : cycles) {
            CycleTerms own = terms.get(opened.key());
            if (opened.cycle().number() > 0 && contains(opened.cycle(), row)) {
                lived |= opened.cycle().kind() != Cycle.Kind.TAIL;
                if (own != null) {
                    UsageClaims.of(own, meter, day, row.dimensions())
                            .forEach(item -> charges.add(charge(opened, own, item, row)));
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

    private ObjectNode charge(Opened opened, CycleTerms own, ItemTerms item, AcceptedWindowReader.Accepted row) {
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
        return put(json, own.isTrial() ? "trial" : "billed", trace);
    }

    /** The cycles whose closings look at a cycle's usage, in order. */
    private List<Opened> closings(Opened own) {
        return cycles.stream()
                .filter(opened -> opened.subscription().equals(own.subscription())
                        && opened.cycle().number() >= own.cycle().number())
                .toList();
    }

    /** What closings and revisions wrote of an item's usage in a cycle, in the order in which they were closed. */
    private List<LedgerTrace> written(Opened own, ItemTerms item) {
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

    private static boolean isClosed(Opened opened) {
        return opened.cycle().state() == Cycle.State.CLOSED;
    }
}

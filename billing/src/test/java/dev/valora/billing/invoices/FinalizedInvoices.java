package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.aggregator.store.PgQuantityReader;
import dev.valora.billing.BillingApi;
import dev.valora.billing.UsageRow;
import dev.valora.billing.audit.AuditTrail;
import dev.valora.billing.audit.Author;
import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.AdvanceTerms;
import dev.valora.billing.invoice.CycleBill;
import dev.valora.billing.invoice.CycleTerms;
import dev.valora.billing.invoice.DerivedId;
import dev.valora.billing.invoice.FrozenInvoice;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.InvoiceCut;
import dev.valora.billing.invoice.InvoiceTerms;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import dev.valora.billing.invoice.UsageTerms;
import dev.valora.billing.rating.AmountBounds;
import dev.valora.billing.rating.PriceModel;
import dev.valora.billing.rating.PriceTerms;
import dev.valora.billing.rating.Tier;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.Calls;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.Organization;
import dev.valora.ingest.Organization.LateUsage;
import dev.valora.ingest.OrganizationId;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Invoices of one organization in UTC: a base fee in advance and calls in tiers, by the month of 2026. */
final class FinalizedInvoices {

    private static final BillingInterval MONTHLY = new BillingInterval(BillingInterval.Unit.MONTH, 1);

    private final BillingApi api;
    private final Calls calls;

    /** A new organization that sells; the clock stays as it is. */
    FinalizedInvoices(BillingApi api) {
        this.api = api;
        this.calls = api.organization("UTC", BillingApi::routes);
        api.defineMeter(calls, "calls", "region");
        calls.post("/v1/products", "{'code':'api','name':'API'}");
        calls.post(
                "/v1/prices",
                "{'code':'base','product':'api','name':'Base fee','type':'recurring','interval':'month',"
                        + "'version':{'model':'flat','amount':'49'}}");
        calls.post(
                "/v1/prices",
                "{'code':'calls','product':'api','name':'Calls','type':'usage','meter':'calls','interval':'month',"
                        + "'version':{'model':'graduated','tiers':[{'up_to':'1000','unit_amount':'0.05'},"
                        + "{'up_to':null,'unit_amount':'0.02','flat_amount':'5'}]}}");
        calls.post("/v1/plans", "{'code':'pro','name':'Pro','prices':['base','calls']}");
    }

    Calls calls() {
        return calls;
    }

    /** A new customer with a subscription. */
    JsonNode subscribe(String customer) {
        calls.post("/v1/customers", "{'key':'" + customer + "','name':'Buyer " + customer + "'}");
        return calls.post("/v1/subscriptions", "{'customer':'" + customer + "','plan':'pro'}");
    }

    /** Usage as the fold writes it. */
    void usage(String customer, String windowStart, String acceptedHour, String value) {
        new UsageRow(BillingApi.organization(calls), "calls", customer, windowStart, acceptedHour).insert(api, value);
    }

    /** Finalizes the invoice of a month, cycle 1 being January, a minute after its cut; its id. */
    UUID write(JsonNode subscription, int cycle) {
        LocalDate start = LocalDate.of(2026, cycle, 1);
        DateRange month = new DateRange(start, start.plusMonths(1));
        DateRange next = new DateRange(month.end(), month.end().plusMonths(1));
        Instant end = startOf(month.end());
        OrganizationId organization = BillingApi.organization(calls);
        UUID customer = UUID.fromString(
                calls.get("/v1/customers/key:" + subscription.get("customer").textValue())
                        .get("id")
                        .textValue());
        FrozenInvoice frozen = new FrozenInvoice(
                terms(subscription, customer, cycle, month, next),
                new InvoiceCut(startOf(start), end, end.plusSeconds(3600)));
        long finalizedAtMicros = ChronoUnit.MICROS.between(Instant.EPOCH, end.plusSeconds(3660));
        AuditTrail audit = new AuditTrail(api.database(), () -> finalizedAtMicros);
        return audit.change(Author.job(organization, "test"), change -> {
            InvoiceContent content = InvoiceContent.of(
                    frozen,
                    new InvoiceQuantities(new PgQuantityReader()).read(change.transaction(), organization, frozen));
            InvoiceStore.write(
                    change,
                    "INV-",
                    List.of(InvoiceStore.Computed.first(content, Organization.ZeroInvoices.ISSUE, ZoneOffset.UTC)));
            return DerivedId.invoice(frozen.terms().subscription(), cycle, 1);
        });
    }

    private static InvoiceTerms terms(
            JsonNode subscription, UUID customerId, int cycle, DateRange month, DateRange next) {
        List<ItemTerms> items = List.of(item(subscription.at("/items/1/id"), callsPrice()));
        String customer = subscription.get("customer").textValue();
        return new InvoiceTerms(
                new InvoiceTerms.Seller("Seller & Sons", "Street 1\n10115 Berlin", "DE123456789"),
                new InvoiceTerms.Buyer(customerId, customer, "Buyer " + customer, null, null),
                "EUR",
                2,
                UUID.fromString(subscription.get("id").textValue()),
                new CycleBill(
                        new CycleTerms(
                                cycle,
                                new ServicePeriod(month, month),
                                false,
                                items,
                                UsageTerms.of(
                                        month,
                                        new UsageTerms.Edges(
                                                startOf(month.start()), startOf(month.end()), ZoneOffset.UTC),
                                        items,
                                        FinalizedInvoices::meter)),
                        List.of()),
                14,
                List.of(new AdvanceTerms(
                        cycle + 1,
                        new ServicePeriod(next, next),
                        item(subscription.at("/items/0/id"), base()),
                        List.of())),
                List.of(),
                LateUsage.BILL_NEXT,
                List.of());
    }

    private static ItemTerms item(JsonNode id, Price price) {
        return new ItemTerms(
                UUID.fromString(id.textValue()), price, BigDecimal.ONE, LocalDate.parse("2026-01-01"), null);
    }

    private static Price base() {
        return price("base", "Base fee", new Price.Basis.Recurring(true), new PriceModel.Flat(new BigDecimal("49")));
    }

    private static Price callsPrice() {
        return price(
                "calls",
                "Calls",
                new Price.Basis.Usage("calls", Map.of()),
                new PriceModel.Graduated(List.of(
                        new Tier(new BigDecimal("1000"), new BigDecimal("0.05"), BigDecimal.ZERO),
                        new Tier(null, new BigDecimal("0.02"), new BigDecimal("5")))));
    }

    private static Price price(String code, String label, Price.Basis basis, PriceModel model) {
        return new Price(
                code,
                "api",
                label,
                basis,
                MONTHLY,
                List.of(new PriceVersion(1, null, new PriceTerms(model, AmountBounds.NONE))));
    }

    private static MeterDefinition meter(String code) {
        return new MeterDefinition(
                new OrganizationId(new UUID(1, 1)), code, Aggregation.SUM, code, null, List.of("region"), 60);
    }

    private static Instant startOf(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}

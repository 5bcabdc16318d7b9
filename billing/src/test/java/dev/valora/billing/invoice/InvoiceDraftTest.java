package dev.valora.billing.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.Price.Basis;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import dev.valora.billing.rating.AmountBounds;
import dev.valora.billing.rating.PriceModel;
import dev.valora.billing.rating.PriceTerms;
import dev.valora.billing.rating.Tier;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.Organization.LateUsage;
import dev.valora.ingest.OrganizationId;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class InvoiceDraftTest {

    private static final BillingInterval MONTHLY = new BillingInterval(BillingInterval.Unit.MONTH, 1);
    private static final DateRange JANUARY = range("2026-01-01", "2026-02-01");
    private static final DateRange FEBRUARY = range("2026-02-01", "2026-03-01");
    private static final AmountBounds NO_BOUNDS = AmountBounds.NONE;

    @Test
    void shouldBillArrearsOfThisPeriodAndTheAdvanceOfTheNext() {
        ItemTerms base = item(recurring("base", true, flat("49")), null);
        ItemTerms calls = item(usage("calls", graduated(), NO_BOUNDS), null);
        InvoiceTerms terms = terms(Optional.of(whole(JANUARY)), Optional.of(whole(FEBRUARY)), false, base, calls);
        assertLines(
                lines(terms, quantities(terms, "1500")),
                "USAGE calls [2026-01-01, 2026-02-01) 1500 75.00",
                "RECURRING base [2026-02-01, 2026-03-01) 1 49.00");
    }

    @Test
    void shouldProrateAnItemThatLivedForPartOfThePeriod() {
        ItemTerms seats = new ItemTerms(
                UUID.randomUUID(),
                recurring("seats", false, new PriceModel.PerUnit(dec("10"), BigDecimal.ZERO)),
                dec("3"),
                LocalDate.parse("2026-01-11"),
                null);
        InvoiceTerms terms = terms(Optional.of(whole(JANUARY)), Optional.empty(), false, seats);
        // 30 x 21/31 = 20.3225…
        assertLines(lines(terms, Map.of()), "RECURRING seats [2026-01-11, 2026-02-01) 3 20.32");
    }

    @Test
    void shouldSplitUsageWhereAVersionBeginsWithTiersGoingOn() {
        Price price = new Price(
                "calls",
                "api",
                "calls",
                new Basis.Usage("calls", Map.of()),
                MONTHLY,
                List.of(
                        new PriceVersion(1, null, new PriceTerms(graduated(), NO_BOUNDS)),
                        new PriceVersion(
                                2,
                                LocalDate.parse("2026-01-21"),
                                new PriceTerms(
                                        new PriceModel.Graduated(List.of(tier("1000", "1"), tier(null, "0.5"))),
                                        NO_BOUNDS))));
        InvoiceTerms terms = terms(Optional.of(whole(JANUARY)), Optional.empty(), false, item(price, null));
        List<UsageNeed> needs = InvoiceDraft.usageNeeds(terms);
        Map<UsageNeed, BigDecimal> usage = Map.of(needs.get(0), dec("800"), needs.get(1), dec("700"));
        // 800 x 0.05; then 200 x 1 + 500 x 0.5
        assertLines(
                lines(terms, usage),
                "USAGE calls [2026-01-01, 2026-01-21) 800 40.00",
                "USAGE calls [2026-01-21, 2026-02-01) 700 450.00");
    }

    @Test
    void shouldRateAMeterWithOneValueUnderTheVersionOfTheFirstDay() {
        Price price = new Price(
                "storage",
                "storage",
                "storage",
                new Basis.Usage("storage", Map.of()),
                MONTHLY,
                List.of(
                        new PriceVersion(1, null, new PriceTerms(perUnit("2"), NO_BOUNDS)),
                        new PriceVersion(
                                2,
                                LocalDate.parse("2026-01-21"),
                                new PriceTerms(perUnit("3"), new AmountBounds(dec("25"), null)))));
        InvoiceTerms terms = terms(Optional.of(whole(JANUARY)), Optional.empty(), false, item(price, null));
        // The greatest value of the month has one price; the minimum is that of the last day.
        assertLines(
                lines(terms, quantities(terms, "10")),
                "USAGE storage [2026-01-01, 2026-02-01) 10 20.00",
                "MINIMUM storage, up to the minimum [2026-01-01, 2026-02-01) - 5.00");
    }

    @Test
    void shouldLeaveToTheCatchAllWhatAFilteredPriceDoesNotBillYet() {
        Price gpt4 = filtered("gpt4", Map.of("model", "gpt-4"), LocalDate.parse("2026-01-21"));
        ItemTerms rest = item(usage("calls", perUnit("1"), NO_BOUNDS), null);
        InvoiceTerms terms = terms(Optional.of(whole(JANUARY)), Optional.empty(), false, item(gpt4, null), rest);
        List<UsageNeed> needs = InvoiceDraft.usageNeeds(terms);
        assertEquals(
                List.of(
                        "{model=gpt-4} [] [2026-01-21, 2026-02-01)",
                        "{} [] [2026-01-01, 2026-01-21)",
                        "{} [{model=gpt-4}] [2026-01-21, 2026-02-01)"),
                needs.stream()
                        .map(need -> need.filter() + " " + need.others() + " " + need.days())
                        .toList());
        Map<UsageNeed, BigDecimal> usage =
                Map.of(needs.get(0), dec("7"), needs.get(1), dec("20"), needs.get(2), dec("3"));
        assertLines(
                lines(terms, usage),
                "USAGE gpt4 [2026-01-21, 2026-02-01) 7 7.00",
                "USAGE calls [2026-01-01, 2026-02-01) 23 23.00");
    }

    @Test
    void shouldTakeTheGreatestOfWhatTheCatchAllHadBeforeAndBesideAFilteredPrice() {
        Basis eu = new Basis.Usage("storage", Map.of("region", "eu"));
        ItemTerms filtered = new ItemTerms(
                UUID.randomUUID(),
                new Price(
                        "eu",
                        "product",
                        "eu",
                        eu,
                        MONTHLY,
                        List.of(new PriceVersion(1, null, new PriceTerms(perUnit("1"), NO_BOUNDS)))),
                BigDecimal.ONE,
                LocalDate.parse("2026-01-21"),
                null);
        ItemTerms rest = item(usage("storage", perUnit("1"), NO_BOUNDS), null);
        InvoiceTerms terms = terms(Optional.of(whole(JANUARY)), Optional.empty(), false, filtered, rest);
        List<UsageNeed> needs = InvoiceDraft.usageNeeds(terms);
        assertEquals(
                List.of(
                        "{region=eu} [] [2026-01-21, 2026-02-01)",
                        "{} [] [2026-01-01, 2026-01-21)",
                        "{} [{region=eu}] [2026-01-21, 2026-02-01)"),
                needs.stream()
                        .map(need -> need.filter() + " " + need.others() + " " + need.days())
                        .toList());
        needs.forEach(need -> {
            terms.usageOf(1).startOf(need.days().start());
            terms.usageOf(1).startOf(need.days().end());
        });
        for (List<String> asked : List.of(List.of("20", "3"), List.of("3", "20"))) {
            assertLines(
                    lines(
                            terms,
                            Map.of(
                                    needs.get(0),
                                    dec("7"),
                                    needs.get(1),
                                    dec(asked.get(0)),
                                    needs.get(2),
                                    dec(asked.get(1)))),
                    "USAGE eu [2026-01-21, 2026-02-01) 7 7.00",
                    "USAGE storage [2026-01-01, 2026-02-01) 20 20.00");
        }
    }

    @Test
    void shouldFreezeWhereTheDaysOfAQuantityBegin() {
        ItemTerms calls = item(usage("calls", graduated(), NO_BOUNDS), null);
        InvoiceTerms terms = terms(Optional.of(whole(JANUARY)), Optional.of(whole(FEBRUARY)), false, calls);
        assertEquals(
                Map.of(
                        LocalDate.parse("2026-01-01"), Instant.parse("2025-12-31T23:00:00Z"),
                        LocalDate.parse("2026-02-01"), Instant.parse("2026-01-31T23:00:00Z")),
                terms.usageOf(1).dayStarts());
    }

    @Test
    void shouldFillUpToTheMinimumAndCutAtTheMaximum() {
        ItemTerms low = item(
                usage("low", new PriceModel.PerUnit(dec("1"), dec("10")), new AmountBounds(dec("25"), null)), null);
        ItemTerms high = item(
                usage("high", new PriceModel.PerUnit(dec("1"), BigDecimal.ZERO), new AmountBounds(null, dec("15"))),
                null);
        InvoiceTerms terms = terms(Optional.of(whole(JANUARY)), Optional.empty(), false, low, high);
        assertLines(
                lines(terms, quantities(terms, "20")),
                "USAGE low [2026-01-01, 2026-02-01) 20 10.00",
                "MINIMUM low, up to the minimum [2026-01-01, 2026-02-01) - 15.00",
                "USAGE high [2026-01-01, 2026-02-01) 20 20.00",
                "MAXIMUM high, down to the maximum [2026-01-01, 2026-02-01) - -5.00");
    }

    @Test
    void shouldShowTheUsageOfATrialAtZero() {
        ItemTerms base = item(recurring("base", true, flat("49")), null);
        ItemTerms late = item(recurring("support", false, flat("9")), null);
        ItemTerms calls = item(usage("calls", graduated(), new AmountBounds(dec("5"), null)), null);
        InvoiceTerms terms = terms(Optional.of(whole(JANUARY)), Optional.of(whole(FEBRUARY)), true, base, late, calls);
        assertLines(
                lines(terms, quantities(terms, "1500")),
                "USAGE calls [2026-01-01, 2026-02-01) 1500 0.00",
                "RECURRING base [2026-02-01, 2026-03-01) 1 49.00");
    }

    @Test
    void shouldNotBillAnItemThatEnded() {
        ItemTerms ended = item(recurring("base", true, flat("49")), "2026-02-01");
        InvoiceTerms terms = terms(Optional.of(whole(JANUARY)), Optional.of(whole(FEBRUARY)), false, ended);
        assertLines(lines(terms, Map.of()));
    }

    @Test
    void shouldComeBackFromJsonAsTheSameTermsAndHash() {
        ItemTerms base = item(recurring("base", true, flat("49")), "2026-03-15");
        ItemTerms calls = item(usage("calls", graduated(), new AmountBounds(dec("1"), dec("500"))), null);
        InvoiceTerms terms = terms(Optional.of(whole(JANUARY)), Optional.of(whole(FEBRUARY)), false, base, calls);
        assertEquals(terms, TermsJson.read(TermsJson.write(terms)));
        InvoiceContent content = content(terms, "1500");
        assertEquals(
                content.canonical().hash(),
                content(TermsJson.read(TermsJson.write(terms)), "1500")
                        .canonical()
                        .hash());
        assertNotEquals(
                content.canonical().hash(), content(terms, "1501").canonical().hash());
        assertEquals(dec("124.00"), content.total());
    }

    private static InvoiceContent content(InvoiceTerms terms, String quantity) {
        InvoiceCut cut = new InvoiceCut(
                Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2026-02-01T00:00:00Z"),
                Instant.parse("2026-02-01T01:00:00Z"));
        return InvoiceContent.of(new FrozenInvoice(terms, cut), quantities(terms, quantity));
    }

    private static void assertLines(List<InvoiceLine> lines, String... expected) {
        List<String> shown = new ArrayList<>();
        for (InvoiceLine line : lines) {
            BigDecimal quantity = line.quantity();
            shown.add(line.kind() + " " + line.description() + " " + line.servicePeriod() + " "
                    + (quantity == null ? "-" : quantity.toPlainString()) + " "
                    + line.amount().toPlainString());
        }
        assertEquals(List.of(expected), shown);
    }

    private static Map<UsageNeed, BigDecimal> quantities(InvoiceTerms terms, String quantity) {
        Map<UsageNeed, BigDecimal> usage = new HashMap<>();
        InvoiceDraft.usageNeeds(terms).forEach(need -> usage.put(need, dec(quantity)));
        return usage;
    }

    private static List<InvoiceLine> lines(InvoiceTerms terms, Map<UsageNeed, BigDecimal> usage) {
        return InvoiceDraft.compute(terms, usage).lines();
    }

    private static InvoiceTerms terms(
            Optional<ServicePeriod> closing, Optional<ServicePeriod> advance, boolean trial, ItemTerms... items) {
        List<ItemTerms> arrears =
                Stream.of(items).filter(item -> !isInAdvance(item)).toList();
        ServicePeriod period = closing.orElseThrow();
        List<AdvanceTerms> licences = advance.stream()
                .flatMap(next -> Stream.of(items)
                        .filter(InvoiceDraftTest::isInAdvance)
                        .map(item -> new AdvanceTerms(2, next, item, List.of())))
                .toList();
        return new InvoiceTerms(
                new InvoiceTerms.Seller("Seller", "Street 1", null),
                new InvoiceTerms.Buyer(new UUID(5, 6), "c-1", "Buyer", null, null),
                "EUR",
                2,
                new UUID(1, 2),
                new CycleBill(new CycleTerms(1, period, trial, arrears, usage(closing, arrears)), List.of()),
                14,
                licences,
                List.of(),
                LateUsage.BILL_NEXT,
                List.of());
    }

    private static boolean isInAdvance(ItemTerms item) {
        return item.price().charge() instanceof Basis.Recurring recurring && recurring.inAdvance();
    }

    private static UsageTerms usage(Optional<ServicePeriod> closing, List<ItemTerms> items) {
        ZoneId zone = ZoneId.of("Europe/Berlin");
        return closing.map(ServicePeriod::days)
                .map(days -> UsageTerms.of(
                        days,
                        new UsageTerms.Edges(
                                days.start().atStartOfDay(zone).toInstant(),
                                days.end().atStartOfDay(zone).toInstant(),
                                zone),
                        items,
                        InvoiceDraftTest::meter))
                .orElseGet(UsageTerms::none);
    }

    private static MeterDefinition meter(String code) {
        return new MeterDefinition(
                new OrganizationId(new UUID(3, 4)),
                code,
                code.equals("storage") ? Aggregation.MAX : Aggregation.SUM,
                code,
                null,
                List.of("region"),
                60);
    }

    private static ItemTerms item(Price price, @Nullable String end) {
        return new ItemTerms(
                UUID.randomUUID(),
                price,
                BigDecimal.ONE,
                LocalDate.parse("2026-01-01"),
                end == null ? null : LocalDate.parse(end));
    }

    private static Price recurring(String code, boolean inAdvance, PriceModel model) {
        return new Price(
                code,
                "product",
                code,
                new Basis.Recurring(inAdvance),
                MONTHLY,
                List.of(new PriceVersion(1, null, new PriceTerms(model, NO_BOUNDS))));
    }

    private static Price usage(String code, PriceModel model, AmountBounds bounds) {
        return new Price(
                code,
                "product",
                code,
                new Basis.Usage(code, Map.of()),
                MONTHLY,
                List.of(new PriceVersion(1, null, new PriceTerms(model, bounds))));
    }

    private static PriceModel graduated() {
        return new PriceModel.Graduated(List.of(tier("1000", "0.05"), tier(null, "0.05")));
    }

    private static Price filtered(String code, Map<String, String> filter, LocalDate from) {
        return new Price(
                code,
                "product",
                code,
                new Basis.Usage("calls", filter),
                MONTHLY,
                List.of(new PriceVersion(1, from, new PriceTerms(perUnit("1"), NO_BOUNDS))));
    }

    private static PriceModel perUnit(String amount) {
        return new PriceModel.PerUnit(dec(amount), BigDecimal.ZERO);
    }

    private static PriceModel flat(String amount) {
        return new PriceModel.Flat(dec(amount));
    }

    private static Tier tier(@Nullable String upTo, String unitAmount) {
        return new Tier(upTo == null ? null : dec(upTo), dec(unitAmount), BigDecimal.ZERO);
    }

    private static ServicePeriod whole(DateRange days) {
        return new ServicePeriod(days, days);
    }

    private static DateRange range(String start, String end) {
        return new DateRange(LocalDate.parse(start), LocalDate.parse(end));
    }

    private static BigDecimal dec(String text) {
        return new BigDecimal(text);
    }
}

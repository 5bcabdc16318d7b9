package dev.valora.billing.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.Organization.LateUsage;
import dev.valora.ingest.OrganizationId;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Usage that was billed in part before, of a price that filters: every line says which usage it is about. */
final class CorrectionTest {

    private static final DateRange JANUARY = month("2026-01-01");
    private static final DateRange FEBRUARY = month("2026-02-01");
    private static final ItemTerms CALLS = item(Map.of("region", "eu"));

    @Test
    void shouldNameTheDimensionsOfLateUsage() {
        assertEquals(
                List.of("USAGE calls 7 14.00 {region=eu}", "LATE_USAGE calls, late usage 2 4.00 {region=eu}"),
                lines(
                        new CycleBill(cycle(2, FEBRUARY), List.of()),
                        List.of(new CycleBill(cycle(1, JANUARY), before()))));
    }

    @Test
    void shouldNameTheDimensionsOfWhatOthersBilledOfACycleThatIsIssuedAgain() {
        assertEquals(
                List.of("USAGE calls 7 14.00 {region=eu}", "LATE_USAGE calls, billed before -5 -10.00 {region=eu}"),
                lines(new CycleBill(cycle(1, JANUARY), before()), List.of()));
    }

    /** Each cycle used 7 at 2, of which 5 were billed before. */
    private static List<String> lines(CycleBill closing, List<CycleBill> late) {
        InvoiceTerms terms = new InvoiceTerms(
                new InvoiceTerms.Seller("Seller", null, null),
                new InvoiceTerms.Buyer(new UUID(4, 4), "ann", "Ann", null, null),
                "EUR",
                2,
                new UUID(3, 3),
                closing,
                0,
                List.of(),
                late,
                LateUsage.BILL_NEXT,
                List.of());
        return InvoiceDraft.compute(
                        terms,
                        InvoiceDraft.usageNeeds(terms).stream()
                                .collect(Collectors.toMap(need -> need, need -> new BigDecimal("7"))))
                .lines()
                .stream()
                .map(line -> line.kind() + " " + line.description() + " " + line.quantity() + " " + line.amount() + " "
                        + line.dimensions())
                .toList();
    }

    private static List<CycleBill.Before> before() {
        return List.of(CycleBill.Before.of(new LedgerEntry(
                new LedgerEntry.Key(1, CALLS.id(), "calls"),
                LedgerEntry.Kind.BILLED,
                new BigDecimal("10.00"),
                new BigDecimal("5"),
                null)));
    }

    private static CycleTerms cycle(int number, DateRange month) {
        UsageTerms.Edges edges = new UsageTerms.Edges(
                month.start().atStartOfDay(ZoneOffset.UTC).toInstant(),
                month.end().atStartOfDay(ZoneOffset.UTC).toInstant(),
                ZoneOffset.UTC);
        return new CycleTerms(
                number,
                new ServicePeriod(month, month),
                false,
                List.of(CALLS),
                UsageTerms.of(month, edges, List.of(CALLS), CorrectionTest::meter));
    }

    private static ItemTerms item(Map<String, String> filter) {
        PriceTerms terms =
                new PriceTerms(new PriceModel.PerUnit(new BigDecimal("2"), BigDecimal.ZERO), AmountBounds.NONE);
        Price price = new Price(
                "calls",
                "api",
                "calls",
                new Basis.Usage("calls", filter),
                new BillingInterval(BillingInterval.Unit.MONTH, 1),
                List.of(new PriceVersion(1, null, terms)));
        return new ItemTerms(new UUID(2, 2), price, BigDecimal.ONE, JANUARY.start(), null);
    }

    private static MeterDefinition meter(String code) {
        return new MeterDefinition(
                new OrganizationId(new UUID(1, 1)), code, Aggregation.SUM, code, null, List.of("region"), 60);
    }

    private static DateRange month(String start) {
        LocalDate first = LocalDate.parse(start);
        return new DateRange(first, first.plusMonths(1));
    }
}

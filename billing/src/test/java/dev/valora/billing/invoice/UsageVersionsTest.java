package dev.valora.billing.invoice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.billing.calendar.BillingInterval;
import dev.valora.billing.calendar.DateRange;
import dev.valora.billing.catalog.Price;
import dev.valora.billing.catalog.PriceVersion;
import dev.valora.billing.invoice.InvoiceTerms.ItemTerms;
import dev.valora.billing.invoice.InvoiceTerms.ServicePeriod;
import dev.valora.billing.rating.AmountBounds;
import dev.valora.billing.rating.PriceModel;
import dev.valora.billing.rating.PriceTerms;
import dev.valora.ingest.Aggregation;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.OrganizationId;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which version of its price an item's usage in January is charged under, and for which days. */
final class UsageVersionsTest {

    private static final DateRange JANUARY = range("2026-01-01", "2026-02-01");

    /** Version n costs n a unit, and at least 31 n a month, which is n a day. Each part used one unit. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
        # versions begin    | item               | a maximum             | a sum
        always              | 01-01 02-01 | 1 01-01/02-01 + 30   | 1 01-01/02-01 + 30
        always 01-21        | 01-01 02-01 | 1 01-01/02-01 + 61   | 1 01-01/01-21, 2 01-21/02-01 + 59
        # the item begins behind the cycle's first day
        always 01-21        | 01-25 02-01 | 1 01-25/02-01 + 13   | 2 01-25/02-01 + 12
        always 01-21        | 01-21 02-01 | 1 01-21/02-01 + 21   | 2 01-21/02-01 + 20
        always 01-11 01-21  | 01-15 02-01 | 1 01-15/02-01 + 50   | 2 01-15/01-21, 3 01-21/02-01 + 46
        always 01-01 01-21  | 01-25 02-01 | 2 01-25/02-01 + 19   | 3 01-25/02-01 + 18
        # the item ends before a version begins that is in force on the cycle's last day
        always 01-21        | 01-01 01-11 | 1 01-01/01-11 + 19   | 1 01-01/01-11 + 19
        # none is in force on the cycle's first day
        01-06               | 01-01 02-01 | 1 01-06/02-01 + 25   | 1 01-06/02-01 + 25
        01-06 01-21         | 01-01 02-01 | 1 01-06/02-01 + 51   | 1 01-06/01-21, 2 01-21/02-01 + 49
        01-06 01-21         | 01-11 02-01 | 1 01-11/02-01 + 41   | 1 01-11/01-21, 2 01-21/02-01 + 39
        01-06 01-21         | 01-25 02-01 | 1 01-25/02-01 + 13   | 2 01-25/02-01 + 12
        # none comes into force while the item lives
        01-21               | 01-01 01-11 | -                    | -
        always 02-01        | 01-01 02-01 | 1 01-01/02-01 + 30   | 1 01-01/02-01 + 30
        """)
    void shouldChargeUnderTheVersionOf(String versions, String days, @Nullable String maximum, @Nullable String sum) {
        assertEquals(maximum, charged(Aggregation.MAX, versions, days));
        assertEquals(sum, charged(Aggregation.SUM, versions, days));
    }

    private static @Nullable String charged(Aggregation aggregation, String versions, String days) {
        ItemTerms item = item(versions.split(" ", -1), days.split(" ", -1));
        CycleTerms terms = new CycleTerms(
                1,
                new ServicePeriod(JANUARY, JANUARY),
                false,
                List.of(item),
                UsageTerms.of(
                        JANUARY,
                        new UsageTerms.Edges(
                                JANUARY.start().atStartOfDay(ZoneOffset.UTC).toInstant(),
                                JANUARY.end().atStartOfDay(ZoneOffset.UTC).toInstant(),
                                ZoneOffset.UTC),
                        List.of(item),
                        code -> meter(code, aggregation)));
        CycleUsage cycle = new CycleUsage(terms);
        Map<UsageNeed, BigDecimal> usage =
                cycle.needs().stream().collect(Collectors.toMap(need -> need, need -> BigDecimal.ONE));
        cycle.needs().forEach(need -> {
            terms.usage().startOf(need.days().start());
            terms.usage().startOf(need.days().end());
        });
        return UsageCharge.of(cycle, item, usage, 0)
                .map(UsageVersionsTest::shown)
                .orElse(null);
    }

    private static String shown(UsageCharge charge) {
        return charge.parts().stream()
                        .map(part -> part.amount().toPlainString() + " "
                                + day(part.days().start()) + "/"
                                + day(part.days().end()))
                        .collect(Collectors.joining(", "))
                + " + " + charge.topUp().toPlainString();
    }

    private static String day(LocalDate date) {
        return date.toString().substring("2026-".length());
    }

    private static ItemTerms item(String[] versions, String[] days) {
        List<PriceVersion> all = new ArrayList<>();
        for (String begin : versions) {
            int number = all.size() + 1;
            PriceTerms terms = new PriceTerms(
                    new PriceModel.PerUnit(BigDecimal.valueOf(number), BigDecimal.ZERO),
                    new AmountBounds(BigDecimal.valueOf(31L * number), null));
            all.add(new PriceVersion(number, begin.equals("always") ? null : LocalDate.parse("2026-" + begin), terms));
        }
        Price price = new Price(
                "used",
                "api",
                "used",
                new Price.Basis.Usage("used", Map.of()),
                new BillingInterval(BillingInterval.Unit.MONTH, 1),
                all);
        // As it is when the terms are frozen: with the versions of the cycle.
        return new ItemTerms(
                new UUID(2, 2),
                price.inForceIn(List.of(JANUARY)).orElseThrow(),
                BigDecimal.ONE,
                LocalDate.parse("2026-" + days[0]),
                LocalDate.parse("2026-" + days[1]));
    }

    private static MeterDefinition meter(String code, Aggregation aggregation) {
        return new MeterDefinition(new OrganizationId(new UUID(1, 1)), code, aggregation, code, null, List.of(), 60);
    }

    private static DateRange range(String start, String end) {
        return new DateRange(LocalDate.parse(start), LocalDate.parse(end));
    }
}

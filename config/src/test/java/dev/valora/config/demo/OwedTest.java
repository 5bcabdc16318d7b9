package dev.valora.config.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OwedTest {

    private final Owed owed =
            new Owed(Map.of("customer-001", new BigDecimal("98.10"), "customer-002", new BigDecimal("98.00")));

    @Test
    void shouldFindNoDifferenceInEqualAmountsHoweverTheyAreWritten() {
        assertEquals(
                List.of(),
                owed.differences(Map.of("customer-001", new BigDecimal("98.1"), "customer-002", new BigDecimal("98"))));
    }

    @Test
    void shouldTellADifferenceThatTheTotalHides() {
        assertEquals(
                List.of(
                        "customer-001 owes 98.10 by its events and 98.09 by its invoices.",
                        "customer-002 owes 98.00 by its events and 98.01 by its invoices."),
                owed
                        .differences(Map.of(
                                "customer-001", new BigDecimal("98.09"), "customer-002", new BigDecimal("98.01")))
                        .stream()
                        .sorted()
                        .toList());
    }

    @Test
    void shouldTellAMissingCustomerAndOneTooMany() {
        Map<String, BigDecimal> invoiced = new HashMap<>(owed.byCustomer());
        invoiced.remove("customer-002");
        invoiced.put("customer-003", new BigDecimal("1.00"));
        assertEquals(
                List.of(
                        "customer-002 owes 98.00 by its events and 0 by its invoices.",
                        "There are invoices of 1.00 for customer-003, who is no customer."),
                owed.differences(invoiced));
    }

    @Test
    void shouldOweTheSameInEveryRun() {
        DemoScale scale = new DemoScale(3, 3_000);
        Workload workload = Workload.of(scale);
        assertEquals(Owed.of(workload, 3), Owed.of(Workload.of(scale), 3));
        assertEquals(60, workload.duplicates());
        assertEquals(3, workload.afterTheMonth());
        assertEquals(3_060, workload.sends());
        List<UsageEvent> sent = workload.sends(0, workload.sends());
        assertEquals(3_000, sent.stream().distinct().count());
    }
}

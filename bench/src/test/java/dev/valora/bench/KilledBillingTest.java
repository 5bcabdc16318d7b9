package dev.valora.bench;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.bench.invoices.Seller;
import dev.valora.bench.invoices.Used;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One data directory, copied before the month is billed. The copy is billed undisturbed; the original's server is killed after
 * usage was acknowledged, while the clock is turned, while invoices appear, and while it goes on after a restart. Both must hold
 * the same invoices to the byte: ids are drawn when subscriptions are created, and that both have in common.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class KilledBillingTest {

    private static final int FROM_JANUARY = 1_200;
    private static final int FROM_FEBRUARY = 300;
    /** Openings of January, openings of February, January's own. */
    private static final int INVOICES = FROM_JANUARY + FROM_FEBRUARY + FROM_JANUARY;

    private static final String OF_THE_TURN = "/v1/invoices?from=2026-02-01";

    private final long seed = Long.getLong("valora.seed", 20_261_122L);
    private final Random random = new Random(seed);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldBillTheSameToTheByteWhenItIsKilledAgainAndAgain() throws Exception {
        System.out.println("seed " + seed + "; again with -Dtest=KilledBillingTest -Dvalora.seed=" + seed);
        Path original = Files.createDirectory(directory.resolve("original"));
        Path copy = Files.createDirectory(directory.resolve("copy"));
        List<Used> usage = usage();
        List<Used> before = usage.subList(0, usage.size() / 2);
        List<Used> rest = usage.subList(usage.size() / 2, usage.size());
        try (TestServer killed = new TestServer(original, HybridPlan.JANUARY);
                TestServer undisturbed = new TestServer(copy, HybridPlan.JANUARY)) {
            killed.server().start();
            try (Seller seller = HybridPlan.sold(killed)) {
                prepare(seller, before);
                assertEquals(0, killed.server().stop());
                copy(original, copy);
                Turn turn = billUndisturbed(undisturbed, seller, rest);
                billKilled(killed, seller, rest, turn.took());
                List<JsonNode> invoices = seller.invoices();
                expectInvoices(invoices);
                assertEquals(
                        turn.invoices(),
                        invoices.stream().map(JsonNode::toString).toList());
            }
            assertEquals(
                    0, killed.server().stop(), () -> killed.server().process().lastLines());
            assertFalse(killed.server().hasDatabaseRunning(), "the embedded PostgreSQL outlived its server");
        }
    }

    /** How long the undisturbed turn took, and each invoice as it was sent. */
    private record Turn(Duration took, List<String> invoices) {}

    private void prepare(Seller seller, List<Used> usage) throws IOException, InterruptedException {
        seller.subscribe(customers("a", FROM_JANUARY), Map.of("plan", HybridPlan.CODE));
        seller.subscribe(customers("b", FROM_FEBRUARY), Map.of("plan", HybridPlan.CODE, "start_date", "2026-02-01"));
        seller.turnClockTo(HybridPlan.FEBRUARY.minus(Duration.ofMinutes(30)));
        assertEquals(0, seller.postAll(usage));
        assertEquals(FROM_JANUARY, seller.invoices().size());
    }

    private static Turn billUndisturbed(TestServer test, Seller original, List<Used> rest) throws Exception {
        test.server().start();
        try (Seller seller = original.on(test.server().address())) {
            assertEquals(0, seller.postAll(rest));
            long startNanos = System.nanoTime();
            seller.turnClockTo(HybridPlan.CUT_OF_JANUARY);
            Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
            List<JsonNode> invoices = seller.invoices();
            expectInvoices(invoices);
            System.out.println("undisturbed: " + took.toMillis() + " ms");
            return new Turn(took, invoices.stream().map(JsonNode::toString).toList());
        } finally {
            test.server().stop();
        }
    }

    private void billKilled(TestServer test, Seller seller, List<Used> rest, Duration undisturbed) throws Exception {
        long turnMillis = undisturbed.toMillis();
        test.server().start();
        assertEquals(0, seller.postAll(rest));
        test.server().kill();

        test.server().start();
        assertEquals(rest.size(), seller.postAll(rest), "acknowledged and forgotten");
        killWhileTurning(test, seller, 0, random.nextLong(turnMillis / 20, turnMillis / 5));

        test.server().start();
        // January's own come after February's openings, in batches of their own.
        killWhileTurning(test, seller, FROM_FEBRUARY + 1, random.nextLong(turnMillis / 20));

        // The clock was turned, so that what is left is done without being asked for again.
        test.server().start();
        assertEquals(HybridPlan.CUT_OF_JANUARY, seller.now());
        killAfter(test, seller, random.nextLong(turnMillis / 5));

        test.server().start();
        System.out.println("after the last kill " + seller.invoices().size() + " of " + INVOICES + " invoices");
        await().pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(60))
                .until(() -> seller.invoices().size() >= INVOICES);
        seller.turnClockTo(HybridPlan.CUT_OF_JANUARY);
    }

    /** Kills the server while it turns the clock, once so many invoices of the turn are there and a time has passed. */
    private static void killWhileTurning(TestServer test, Seller seller, int invoices, long delayMillis)
            throws Exception {
        CountDownLatch asking = new CountDownLatch(1);
        try (ExecutorService asker = Executors.newSingleThreadExecutor()) {
            Future<?> turned = asker.submit(() -> {
                asking.countDown();
                seller.turnClockTo(HybridPlan.CUT_OF_JANUARY);
                return null;
            });
            asking.await();
            await().pollInterval(Duration.ofMillis(10))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> turned.isDone() || invoicesOfTheTurn(seller) >= invoices);
            int seen = killAfter(test, seller, delayMillis);
            assertThrows(ExecutionException.class, () -> turned.get(60, TimeUnit.SECONDS), "it was done already");
            assertTrue(seen >= invoices);
        }
    }

    /** Returns how many invoices of the turn were seen, up to a page. */
    private static int killAfter(TestServer test, Seller seller, long delayMillis) throws Exception {
        int seen = invoicesOfTheTurn(seller);
        TimeUnit.MILLISECONDS.sleep(delayMillis);
        test.server().kill();
        System.out.println("killed " + delayMillis + " ms after " + seen + " invoices of the turn were seen");
        return seen;
    }

    private static int invoicesOfTheTurn(Seller seller) throws IOException, InterruptedException {
        return seller.api().get(OF_THE_TURN + "&limit=500").required("data").size();
    }

    private static void expectInvoices(List<JsonNode> invoices) {
        assertEquals(
                IntStream.rangeClosed(1, INVOICES)
                        .mapToObj("INV-%06d"::formatted)
                        .toList(),
                invoices.stream().map(invoice -> text(invoice, "number")).toList());
        Set<String> billed = new HashSet<>();
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode invoice : invoices) {
            BigDecimal lines = BigDecimal.ZERO;
            for (JsonNode line : invoice.required("lines")) {
                lines = lines.add(new BigDecimal(text(line, "amount")));
                String what = text(line, "item") + line.required("service_period");
                assertTrue(billed.add(what), () -> what + " is billed twice");
            }
            assertEquals(text(invoice, "total"), lines.toPlainString());
            sum = sum.add(lines);
        }
        assertEquals(INVOICES * 4_900L + usageCents(), sum.movePointRight(2).longValueExact());
    }

    /** All usage of January in cents, in whole numbers. */
    private static long usageCents() {
        long cents = 0;
        for (int customer = 0; customer < FROM_JANUARY; customer++) {
            // In hundredths of a cent: 0.01 up to 1,000, 0.008 up to 10,000 with 2.50 once, 0.0045 above.
            long calls = calls(customer);
            long amount = Math.min(calls, 1_000) * 100;
            amount += calls > 1_000 ? (Math.min(calls, 10_000) - 1_000) * 80 + 25_000 : 0;
            amount += calls > 10_000 ? (calls - 10_000) * 45 : 0;
            cents += (amount + 50) / 100;
            cents += Math.max(0, gigabytes(customer) - 10) * 25L;
        }
        return cents;
    }

    private static int calls(int customer) {
        return customer * 37 % 15_000;
    }

    private static int gigabytes(int customer) {
        return customer % 60;
    }

    /** January's usage of everyone, three events of calls and two of storage each, in random order. */
    private List<Used> usage() {
        List<Used> events = new ArrayList<>();
        List<String> customers = customers("a", FROM_JANUARY);
        for (int i = 0; i < FROM_JANUARY; i++) {
            int third = calls(i) / 3;
            List<Integer> calls = List.of(third, third, calls(i) - 2 * third);
            List<Integer> gigabytes = List.of(gigabytes(i), gigabytes(i) / 2);
            calls.forEach(value -> events.add(used(events.size(), customers, HybridPlan.CALLS, value)));
            gigabytes.forEach(value -> events.add(used(events.size(), customers, HybridPlan.STORAGE, value)));
        }
        Collections.shuffle(events, random);
        return events;
    }

    /** Five events a customer, at any instant of January. */
    private Used used(int number, List<String> customers, String meter, int value) {
        long month = Duration.between(HybridPlan.JANUARY, HybridPlan.FEBRUARY).toSeconds();
        Instant at = HybridPlan.JANUARY.plusSeconds(random.nextLong(month));
        return new Used("e-" + number, customers.get(number / 5), meter, Integer.toString(value), at);
    }

    private static List<String> customers(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> prefix + "-" + number)
                .toList();
    }

    /** As an operator copies the directory of a stopped server: with owners and permissions, holes left as holes. */
    private static void copy(Path from, Path to) throws IOException, InterruptedException {
        Process copying = new ProcessBuilder(
                        "cp", "-a", from.resolve(TestServer.DATA).toString(), to.toString())
                .inheritIO()
                .start();
        assertEquals(0, copying.waitFor());
    }

    private static String text(JsonNode node, String member) {
        return node.required(member).textValue();
    }
}

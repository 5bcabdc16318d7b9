package dev.valora.config.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.valora.config.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A month of a seller with metered customers: set up, used, billed, checked. Speaks to one new server whose clock is manual and
 * stands before the month. Runs once, on one thread.
 */
public final class Demo {

    private static final int DIFFERENCES_SHOWN = 20;

    private final DemoScale scale;
    private final Voices voices;
    private final LongSupplier ticker;
    private final Workload workload;

    /**
     * Where the demo speaks.
     *
     * @param out for figures
     * @param progress for what is going on
     */
    public record Voices(PrintWriter out, PrintWriter err, Progress progress) {}

    /** @param ticker monotonic nanoseconds */
    public Demo(DemoScale scale, Voices voices, LongSupplier ticker) {
        this.scale = scale;
        this.voices = voices;
        this.ticker = ticker;
        this.workload = Workload.of(scale);
    }

    /** Where a new data directory's clock must begin. */
    public static Instant clockStart() {
        return Instant.parse("2026-01-01T00:00:00Z");
    }

    /**
     * Tells it all.
     *
     * @param address of the server: scheme, host and port
     * @param page where the page of one invoice is written; a new temporary file when nothing is said
     * @throws DemoException when the server refuses something, or when any figure differs from what it should be
     */
    public void run(URI address, String operatorKey, Optional<Path> page) throws DemoException, InterruptedException {
        Api operator = new Api(address, operatorKey);
        Progress progress = voices.progress();
        progress.begin("Creating an organization, meters, prices and a hybrid plan");
        Api seller = Seller.found(operator);
        Seller.offer(seller);
        progress.begin("Subscribing " + count(scale.customers()) + " customers");
        Seller.subscribe(seller, scale.customers(), progress);
        progress.begin("Turning the clock to the last half hour of January");
        turn(operator, Month.LATE);
        progress.begin("Posting " + count(workload.sends()) + " usage events");
        Posting posting = Posting.of(workload, seller, progress, ticker);
        progress.begin("Turning the clock over the month's end and the grace");
        turn(operator, Month.OVER);
        progress.begin("Reading the invoices");
        Invoices invoices = Invoices.read(seller);
        progress.begin("Verifying " + count(invoices.all().size()) + " invoices");
        List<String> differences = new ArrayList<>(invoices.verify(seller, progress));
        progress.end();
        differences.addAll(differences(posting, invoices));
        tell(posting, invoices);
        if (!differences.isEmpty()) {
            throw differ(differences);
        }
        line("equal", "for each of " + count(scale.customers()) + " customers; every invoice verified");
        save(seller, invoices.largest(), page);
    }

    private static void turn(Api operator, Instant now) throws DemoException, InterruptedException {
        JsonNode answer =
                operator.put("/v1/clock", JsonNodeFactory.instance.objectNode().put("now", now.toString()));
        JsonNode setAside = answer.path("set_aside");
        if (!setAside.isEmpty()) {
            throw new DemoException(
                    ExitCode.FIGURES_DIFFER,
                    "Work was set aside when the clock was turned to " + now + ", first of all "
                            + setAside.path(0).path("what").asText() + ": "
                            + setAside.path(0).path("error").asText());
        }
    }

    private List<String> differences(Posting posting, Invoices invoices) {
        List<String> differences = new ArrayList<>();
        if (posting.accepted() != scale.events() || posting.duplicates() != workload.duplicates()) {
            differences.add("Of " + scale.events() + " events and " + workload.duplicates() + " duplicates, "
                    + posting.accepted() + " were accepted and " + posting.duplicates()
                    + " recognized as duplicates.");
        }
        differences.addAll(invoices.differences(scale.customers()));
        differences.addAll(Owed.of(workload, scale.customers()).differences(invoices.byCustomer()));
        return differences;
    }

    private DemoException differ(List<String> differences) {
        differences.stream().limit(DIFFERENCES_SHOWN).forEach(voices.err()::println);
        return new DemoException(
                ExitCode.FIGURES_DIFFER,
                differences.size() == 1
                        ? "One figure is not what it should be."
                        : differences.size() + " figures are not what they should be.");
    }

    private void tell(Posting posting, Invoices invoices) {
        long opening = invoices.opening();
        section("Usage");
        line(
                "accepted",
                count(posting.accepted()) + " events, out of order, in " + count(posting.requests()) + " requests on "
                        + Connections.COUNT + " connections");
        line("duplicates", count(posting.duplicates()) + " events sent again, none counted twice");
        line(
                "speed",
                count(posting.eventsPerSecond())
                        + " events/s, client and server in one process, answered when on disk");
        line("February", count(workload.afterTheMonth()) + " of the events, for the next invoices");
        section("Invoices");
        line(
                "finalized",
                count(invoices.all().size()) + ": " + count(opening) + " opening (base fee in advance), "
                        + count(invoices.all().size() - opening) + " for January");
        section("The largest of them");
        if (invoices.all().size() > opening) {
            InvoiceTable.of(invoices.largest()).forEach(text -> voices.out().println(("  " + text).stripTrailing()));
        }
        section("The sum, two ways, in " + HybridPlan.CURRENCY);
        line("invoices", InvoiceTable.grouped(invoices.total().toPlainString()) + " as the server says");
        line(
                "events",
                InvoiceTable.grouped(
                                Owed.of(workload, scale.customers()).total().toPlainString())
                        + " computed here from what was sent, customer by customer");
    }

    private void save(Api seller, JsonNode invoice, Optional<Path> wanted) throws DemoException, InterruptedException {
        byte[] html = seller.html("/v1/invoices/" + invoice.path("id").asText());
        try {
            Path page = wanted.isPresent() ? wanted.get() : Files.createTempFile("valora-demo-invoice-", ".html");
            Files.write(page, html);
            section("That invoice as a page");
            voices.out().println("  " + page.toAbsolutePath());
            voices.out().flush();
        } catch (IOException unwritable) {
            throw new DemoException(ExitCode.SETTINGS, "The page cannot be written (" + unwritable + ").", unwritable);
        }
    }

    private void section(String title) {
        voices.out().println();
        voices.out().println(title);
    }

    private void line(String what, String figure) {
        voices.out().printf(Locale.ROOT, "  %-10s  %s%n", what, figure);
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}

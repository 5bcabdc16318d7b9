package dev.valora.config.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The invoices as the server lists them. Immutable. */
record Invoices(List<JsonNode> all) {

    static Invoices read(Api api) throws DemoException, InterruptedException {
        return new Invoices(List.copyOf(api.list("/v1/invoices")));
    }

    /** Has each computed again; returns a sentence for each that does not match. */
    List<String> verify(Api api, Progress progress) throws DemoException, InterruptedException {
        List<String> differences = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger done = new AtomicInteger();
        Connections.makeAll(all.size(), index -> {
            JsonNode invoice = all.get(index);
            JsonNode answer =
                    api.post("/v1/invoices/" + text(invoice, "id") + "/verify", JsonNodeFactory.instance.objectNode());
            if (!answer.path("matches").asBoolean()) {
                differences.add("Invoice " + text(invoice, "number") + " does not match what is computed again.");
            }
            progress.at(done.incrementAndGet(), all.size());
        });
        return differences;
    }

    /** Issued when the month began: the base fee in advance. */
    long opening() {
        return all.stream()
                .filter(invoice -> text(invoice, "issue_date").equals(Month.FIRST_DAY.toString()))
                .count();
    }

    /** The month's largest; of equal ones, that of the first customer. There must be one. */
    JsonNode largest() {
        return all.stream()
                .filter(invoice -> text(invoice, "issue_date").equals(Month.END_DAY.toString()))
                .min(Comparator.comparing((JsonNode invoice) -> total(invoice))
                        .reversed()
                        .thenComparing(invoice -> text(invoice, "customer")))
                .orElseThrow();
    }

    /** The sum of the totals, by the customer's key. */
    Map<String, BigDecimal> byCustomer() {
        Map<String, BigDecimal> sums = new TreeMap<>();
        all.forEach(invoice -> sums.merge(text(invoice, "customer"), total(invoice), BigDecimal::add));
        return sums;
    }

    BigDecimal total() {
        return all.stream().map(Invoices::total).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** What is wrong with the invoices by themselves, one sentence each. */
    List<String> differences(int customers) {
        List<String> differences = new ArrayList<>();
        long opening = opening();
        if (opening != customers || all.size() - opening != customers) {
            differences.add("There are " + opening + " opening invoices and " + (all.size() - opening)
                    + " others, where " + customers + " of each are due.");
        }
        for (JsonNode invoice : all) {
            BigDecimal lines = BigDecimal.ZERO;
            for (JsonNode line : invoice.path("lines")) {
                lines = lines.add(new BigDecimal(text(line, "amount")));
            }
            if (lines.compareTo(total(invoice)) != 0) {
                differences.add("Invoice " + text(invoice, "number") + " says " + total(invoice) + ", its lines "
                        + lines + ".");
            }
        }
        return differences;
    }

    private static BigDecimal total(JsonNode invoice) {
        return new BigDecimal(text(invoice, "total"));
    }

    private static String text(JsonNode node, String member) {
        return node.path(member).asText();
    }
}

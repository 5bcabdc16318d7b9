package dev.valora.config.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One invoice as aligned text: for each line its exact amount and, beside it, the amount that was rounded once. */
final class InvoiceTable {

    private static final int GAP = 2;
    private static final int WIDTH_MIN = 20;

    private final List<String[]> rows = new ArrayList<>();
    private final JsonNode invoice;

    private InvoiceTable(JsonNode invoice) {
        this.invoice = invoice;
    }

    /** The lines of text, for a reader who has not seen an invoice of Valora before. */
    static List<String> of(JsonNode invoice) {
        return new InvoiceTable(invoice).lines();
    }

    private List<String> lines() {
        rows.add(new String[] {"", "Service period", "Quantity", "Unit amount", "Exact", "Amount"});
        for (JsonNode line : invoice.path("lines")) {
            add(line);
        }
        String[] total = {"Total in " + text(invoice, "currency"), "", "", "", "", amount(invoice, "total")};
        int[] widths = widths(total);
        String rule = "-".repeat(Arrays.stream(widths).sum() + GAP * (widths.length - 1));

        List<String> lines = new ArrayList<>();
        lines.add("Invoice " + text(invoice, "number") + " for " + text(invoice, "customer"));
        lines.add("Period " + period(invoice.path("period")) + ", issued " + text(invoice, "issue_date") + ", due "
                + text(invoice, "due_date") + ", " + text(invoice, "status"));
        lines.add("");
        lines.add(aligned(rows.getFirst(), widths));
        lines.add(rule);
        rows.stream().skip(1).forEach(row -> lines.add(aligned(row, widths)));
        lines.add(rule);
        lines.add(aligned(total, widths));
        lines.add("");
        lines.add("content hash " + text(invoice, "content_hash"));
        return lines;
    }

    private void add(JsonNode line) {
        JsonNode details = line.path("details");
        boolean isTiered = details.size() > 1;
        JsonNode only = isTiered ? MissingNode.getInstance() : details.path(0);
        rows.add(new String[] {
            text(line, "description"),
            period(line.path("service_period")),
            amount(line, "quantity"),
            amount(only, "unit_amount"),
            amount(only, "amount"),
            amount(line, "amount")
        });
        if (isTiered) {
            details.forEach(this::addTier);
        }
    }

    private void addTier(JsonNode detail) {
        rows.add(new String[] {
            "  tier " + text(detail, "tier"),
            "",
            amount(detail, "quantity"),
            amount(detail, "unit_amount"),
            amount(detail, "amount"),
            ""
        });
    }

    private int[] widths(String[] total) {
        int[] widths = new int[total.length];
        widths[0] = WIDTH_MIN;
        for (int column = 0; column < widths.length; column++) {
            widths[column] = Math.max(widths[column], total[column].length());
            for (String[] row : rows) {
                widths[column] = Math.max(widths[column], row[column].length());
            }
        }
        return widths;
    }

    /** Words to the left, numbers to the right. */
    private static String aligned(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.length; column++) {
            int pad = widths[column] - row[column].length();
            boolean isWord = column < 2;
            line.repeat(' ', column == 0 ? 0 : GAP);
            line.repeat(' ', isWord ? 0 : pad).append(row[column]).repeat(' ', isWord ? pad : 0);
        }
        return line.toString().stripTrailing();
    }

    private static String period(JsonNode period) {
        return text(period, "start") + " to " + text(period, "end");
    }

    /** A decimal string with its digits grouped, and no digit less or more than it had. */
    static String grouped(String decimal) {
        BigDecimal value = new BigDecimal(decimal);
        return String.format(Locale.ROOT, "%,." + Math.max(0, value.scale()) + "f", value);
    }

    private static String amount(JsonNode node, String member) {
        return node.path(member).isMissingNode() || node.path(member).isNull() ? "" : grouped(text(node, member));
    }

    private static String text(JsonNode node, String member) {
        return node.path(member).asText();
    }
}

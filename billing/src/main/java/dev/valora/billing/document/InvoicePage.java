package dev.valora.billing.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An invoice as one HTML page, for a screen of any width and for paper. */
public final class InvoicePage {

    /** What must be sent as {@code Content-Security-Policy} with a page. */
    public static final String CONTENT_SECURITY_POLICY = PageStyle.POLICY;

    private final Markup html = new Markup();
    private final JsonNode invoice;

    /** Digits after the point of the currency's amounts. */
    private final int exponent;

    private InvoicePage(JsonNode invoice) {
        this.invoice = invoice;
        this.exponent = Figures.exponent(text(invoice, "total"));
    }

    /**
     * The page of an invoice.
     *
     * @param invoice as the HTTP contract shows it, with issuer and bill-to; a member that lacks is left out
     */
    public static String html(JsonNode invoice) {
        return new InvoicePage(invoice).write();
    }

    private String write() {
        html.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Invoice ")
                .text(text(invoice, "number"))
                .raw("</title><style>")
                .raw(PageStyle.CSS)
                .raw("</style></head><body><main>");
        writeNotice(text(invoice, "status"));
        writeTop(invoice.path("issuer"));
        html.raw("<section class=\"facts\">");
        writeBuyer(invoice.path("bill_to"));
        writeFacts();
        html.raw("</section>");
        writeLines();
        writeTotals();
        writeFoot();
        return html.raw("</main></body></html>\n").toString();
    }

    /** What nobody may overlook who gets the page into their hands. */
    private void writeNotice(String status) {
        switch (status) {
            case "void" -> html.element("p", "notice", "This invoice is void. Nothing is to be paid on it.");
            case "draft" ->
                html.element("p", "notice", "This is a preview, not an invoice. It has no number, and nothing is due.");
            default -> {
                // A finalized or paid invoice says so among its facts.
            }
        }
    }

    private void writeTop(JsonNode issuer) {
        html.raw("<header class=\"top\"><div><h1>Invoice</h1><p class=\"number wraps\">")
                .text(text(invoice, "number"))
                .raw("</p></div><div>");
        html.element("p", "name", text(issuer, "name"));
        html.element("address", "", text(issuer, "address"));
        html.element("p", "wraps", prefixed("Tax ID ", text(issuer, "tax_id")));
        html.raw("</div></header>");
    }

    private void writeBuyer(JsonNode buyer) {
        html.raw("<div><h2>Bill to</h2>");
        html.element("p", "name", text(buyer, "name"));
        html.element("address", "", text(buyer, "address"));
        html.element("p", "wraps", text(buyer, "email"));
        html.element("p", "small muted wraps", prefixed("Customer ", text(invoice, "customer")));
        html.raw("</div>");
    }

    private void writeFacts() {
        html.raw("<dl>");
        writeFact("Invoice number", "wraps", text(invoice, "number"));
        int revision = invoice.path("revision").asInt(1);
        writeFact("Revision", "", revision > 1 ? Integer.toString(revision) : "");
        writeFact("Issue date", "", text(invoice, "issue_date"));
        writeFact("Due date", "", text(invoice, "due_date"));
        writeFact("Period", "", days(invoice.path("period")));
        String status = text(invoice, "status");
        writeFact("Status", status.equals("void") ? "status void" : "status", capitalized(status));
        writeFact("Paid at", "", moment(text(invoice, "paid_at")));
        writeFact("Currency", "", text(invoice, "currency"));
        html.raw("</dl>");
    }

    private void writeFact(String label, String cssClass, String value) {
        if (!value.isEmpty()) {
            html.element("dt", "", label).element("dd", cssClass, value);
        }
    }

    private void writeLines() {
        html.raw("<table class=\"lines\"><thead><tr><th scope=\"col\">Description</th>")
                .raw("<th scope=\"col\">Service period</th><th scope=\"col\" class=\"figure\">Quantity</th>")
                .raw("<th scope=\"col\" class=\"figure\">Amount (")
                .text(text(invoice, "currency"))
                .raw(")</th></tr></thead>");
        List<JsonNode> charges = new ArrayList<>();
        List<JsonNode> corrections = new ArrayList<>();
        for (JsonNode line : invoice.path("lines")) {
            (LineKind.of(line).isCorrection() ? corrections : charges).add(line);
        }
        charges.forEach(this::writeLine);
        if (charges.isEmpty()) {
            html.raw("<tbody><tr class=\"line\"><td class=\"what muted\" colspan=\"4\">No charges.</td></tr></tbody>");
        }
        if (!corrections.isEmpty()) {
            html.raw(
                    "<tbody><tr class=\"group\"><th scope=\"rowgroup\" colspan=\"4\">Adjustments and credits</th></tr></tbody>");
            corrections.forEach(this::writeLine);
        }
        html.raw("</table>");
    }

    /** A body of its own for each line, so that a line and its steps stay one thing. */
    private void writeLine(JsonNode line) {
        html.raw("<tbody><tr class=\"line\"><td class=\"what\">").text(text(line, "description"));
        html.element("div", "small muted", origin(line));
        html.raw("</td><td class=\"days\">")
                .text(days(line.path("service_period")))
                .raw("</td><td class=\"figure count\">")
                .text(Figures.quantity(text(line, "quantity")))
                .raw("</td><td class=\"figure charge\">")
                .text(amount(line, "amount"))
                .raw("</td></tr>");
        if (explains(line)) {
            writeSteps(line.path("details"));
        }
        html.raw("</tbody>");
    }

    /** Usage always shows how its amount came about; of a licence one step would only say the line again. */
    private static boolean explains(JsonNode line) {
        int steps = line.path("details").size();
        return LineKind.of(line).isUsage() ? steps > 0 : steps > 1;
    }

    private void writeSteps(JsonNode steps) {
        boolean flat = false;
        for (JsonNode step : steps) {
            flat |= !text(step, "flat_amount").equals("0");
        }
        html.raw("<tr class=\"steps\"><td colspan=\"4\"><table><tbody>");
        for (JsonNode step : steps) {
            html.raw("<tr><th scope=\"row\">Tier ")
                    .text(step.path("tier").asText())
                    .raw("</th><td class=\"figure\">")
                    .text(Figures.quantity(text(step, "quantity")))
                    .raw("</td> <td class=\"figure\">× ")
                    .text(amount(step, "unit_amount"))
                    .raw("</td> ");
            if (flat) {
                html.raw("<td class=\"figure\">+ ")
                        .text(amount(step, "flat_amount"))
                        .raw("</td> ");
            }
            html.raw("<td class=\"figure\">= ").text(amount(step, "amount")).raw("</td></tr>");
        }
        html.raw("</tbody></table></td></tr>");
    }

    private void writeTotals() {
        html.raw("<table class=\"totals\"><tbody><tr><th scope=\"row\">Subtotal</th><td class=\"figure\">")
                .text(amount(invoice, "subtotal"))
                .raw("</td></tr><tr class=\"total\"><th scope=\"row\">Total</th><td class=\"figure\">")
                .text(text(invoice, "currency"))
                .raw(" ")
                .text(amount(invoice, "total"))
                .raw("</td></tr>");
        writeDue();
        html.raw("</tbody></table>");
    }

    /** What is still to be paid, and until when. Of a preview or a void invoice nothing is. */
    private void writeDue() {
        String due = text(invoice, "due_date");
        switch (text(invoice, "status")) {
            case "finalized" -> writeDue("Amount due" + prefixed(" by ", due), text(invoice, "total"));
            case "paid" -> writeDue("Amount due", "0");
            default -> {
                // nothing to say
            }
        }
    }

    private void writeDue(String label, String amount) {
        html.raw("<tr class=\"due\"><th scope=\"row\">")
                .text(label)
                .raw("</th><td class=\"figure\">")
                .text(text(invoice, "currency"))
                .raw(" ")
                .text(Figures.amount(amount, exponent))
                .raw("</td></tr>");
    }

    private void writeFoot() {
        JsonNode cut = invoice.path("cut");
        html.raw("<footer><p>Usage from ")
                .text(moment(text(cut, "from")))
                .raw(" until ")
                .text(moment(text(cut, "to")))
                .raw(", as far as it was accepted before ")
                .text(moment(text(cut, "accepted_before")))
                .raw(
                        ". Amounts of steps are exact; each line is rounded once.</p><p>Content hash <span class=\"hash\">")
                .text(text(invoice, "content_hash"))
                .raw("</span></p></footer>");
    }

    /** What kind of line it is, which price it comes from, for which usage and for which part of a period. */
    private static String origin(JsonNode line) {
        List<String> parts = new ArrayList<>();
        String kind = LineKind.of(line).label();
        if (!kind.isEmpty()) {
            parts.add(kind);
        }
        String price = text(line, "price");
        if (!price.isEmpty()) {
            JsonNode version = line.path("price_version");
            parts.add("Price " + price + (version.isInt() ? ", version " + version.intValue() : ""));
        }
        for (Map.Entry<String, JsonNode> dimension : line.path("dimensions").properties()) {
            parts.add(dimension.getKey() + ": " + dimension.getValue().asText());
        }
        JsonNode proration = line.path("proration");
        if (proration.isObject()) {
            parts.add(proration.path("days").asText() + " of "
                    + proration.path("of").asText() + " days");
        }
        return String.join(" · ", parts);
    }

    private String amount(JsonNode node, String name) {
        return Figures.amount(text(node, name), exponent);
    }

    /** The first and the last day; the contract's end is the day after. */
    private static String days(JsonNode range) {
        if (!range.hasNonNull("start") || !range.hasNonNull("end")) {
            return "";
        }
        LocalDate first = LocalDate.parse(text(range, "start"));
        LocalDate last = LocalDate.parse(text(range, "end")).minusDays(1);
        return first.equals(last) ? first.toString() : first + " – " + last;
    }

    /** {@code 2026-01-31T23:00:00Z} to {@code 2026-01-31 23:00:00 UTC}. */
    private static String moment(String instant) {
        return instant.replace("T", " ").replace("Z", " UTC");
    }

    private static String capitalized(String word) {
        return word.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    private static String prefixed(String prefix, String text) {
        return text.isEmpty() ? text : prefix + text;
    }

    private static String text(JsonNode node, String name) {
        String text = node.path(name).textValue();
        return text == null ? "" : text;
    }
}

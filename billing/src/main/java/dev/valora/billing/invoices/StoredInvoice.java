package dev.valora.billing.invoices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.valora.billing.invoice.InvoiceContent;
import dev.valora.billing.invoice.InvoiceCut;
import dev.valora.ingest.Json;
import dev.valora.ingest.OrganizationId;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A finalized invoice as its row tells, right or wrong: nothing here is computed again.
 *
 * @param sequence its place in the list
 * @param subscription and the number of its cycle that the invoice closes
 * @param periodEnd the first day after the period
 * @param terms that were frozen; in a list only seller, buyer and exponent
 * @param lines with their ids
 * @param settlement whether it was paid or voided
 */
record StoredInvoice(
        UUID id,
        long sequence,
        String number,
        int revision,
        String status,
        UUID customerId,
        UUID subscription,
        int cycle,
        String currency,
        LocalDate periodStart,
        LocalDate periodEnd,
        LocalDate issueDate,
        LocalDate dueDate,
        BigDecimal subtotal,
        BigDecimal total,
        InvoiceCut cut,
        JsonNode terms,
        JsonNode lines,
        String contentHash,
        Instant finalizedAt,
        Settlement settlement) {

    /**
     * How it was settled.
     *
     * @param paidAt null while it is not paid
     * @param voidedAt null unless it is void
     */
    record Settlement(
            @Nullable Instant paidAt,
            @Nullable String paymentReference,
            @Nullable Instant voidedAt,
            @Nullable String voidReason) {

        private void put(ObjectNode json) {
            json.put("paid_at", paidAt == null ? null : paidAt.toString())
                    .put("payment_reference", paymentReference)
                    .put("voided_at", voidedAt == null ? null : voidedAt.toString())
                    .put("void_reason", voidReason);
        }
    }

    /** Which closing wrote it, as parameters: organization, subscription, cycle and revision. */
    Tuple closing(OrganizationId organization) {
        return Tuple.tuple()
                .addUUID(organization.value())
                .addUUID(subscription)
                .addInteger(cycle)
                .addInteger(revision);
    }

    /** As the HTTP contract shows it. */
    ObjectNode toJson() {
        JsonNode seller = terms.path("seller");
        JsonNode buyer = terms.path("buyer");
        ObjectNode json = Json.object()
                .put("id", id.toString())
                .put("number", number)
                .put("revision", revision)
                .put("status", status)
                .put("customer", buyer.path("key").textValue())
                .put("subscription", subscription.toString())
                .put("currency", currency);
        json.putObject("period").put("start", periodStart.toString()).put("end", periodEnd.toString());
        json.put("issue_date", issueDate.toString())
                .put("due_date", dueDate.toString())
                .put("subtotal", money(subtotal))
                .put("total", money(total));
        json.set("lines", MemberOrder.ofContract(lines));
        json.set("cut", InvoiceContent.cutJson(cut));
        json.put("content_hash", contentHash).put("finalized_at", finalizedAt.toString());
        settlement.put(json);
        json.put("cycle", cycle);
        json.putObject("issuer")
                .put("name", seller.path("name").textValue())
                .put("address", seller.path("address").textValue())
                .put("tax_id", seller.path("tax_id").textValue());
        json.putObject("bill_to")
                .put("name", buyer.path("name").textValue())
                .put("email", buyer.path("email").textValue())
                .put("address", buyer.path("address").textValue());
        return json;
    }

    /** With the currency's exponent; digits beyond it, which only a damaged row has, are shown and not rounded away. */
    private String money(BigDecimal amount) {
        int exponent = terms.path("exponent").intValue();
        int scale = Math.max(exponent, amount.stripTrailingZeros().scale());
        return amount.setScale(scale, RoundingMode.UNNECESSARY).toPlainString();
    }
}

package dev.valora.billing.invoices;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.aggregator.QuantityQuestion;
import dev.valora.billing.JsonColumn;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.TreeMap;

/** Where the usage events behind a quantity are listed: a path with a query, relative to the server. Pure. */
final class EventLink {

    private final StringBuilder link = new StringBuilder("/v1/usage/events");
    private char separator = '?';

    private EventLink() {}

    /** All events that a quantity is made of, and no others: those that counted at its cut. */
    static String behind(QuantityQuestion question) {
        return of(question)
                .and("from", question.cut().from().toString())
                .and("to", question.cut().to().toString())
                .and("accepted_before", question.cut().acceptedBefore().toString())
                .toString();
    }

    /** The events of one window that were accepted in one hour, those voided before the cut among them. */
    static String behind(QuantityQuestion question, Instant start, Instant end, Instant acceptedHour) {
        return of(question)
                .and("from", start.toString())
                .and("to", end.toString())
                .and("accepted_from", acceptedHour.toString())
                .and("accepted_before", acceptedHour.plusSeconds(3_600).toString())
                .and("fate", "any")
                .toString();
    }

    private static EventLink of(QuantityQuestion question) {
        EventLink link = new EventLink().and("meter", question.meter()).and("customer", question.customer());
        question.having().forEach((dimension, value) -> link.and("filter[" + dimension + "]", value));
        question.except().forEach(values -> link.and("except", JsonColumn.toSql(new TreeMap<>(values))));
        return link;
    }

    private EventLink and(String name, String value) {
        link.append(separator)
                .append(URLEncoder.encode(name, UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, UTF_8));
        separator = '&';
        return this;
    }

    @Override
    public String toString() {
        return link.toString();
    }
}

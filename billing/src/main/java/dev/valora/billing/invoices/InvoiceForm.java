package dev.valora.billing.invoices;

import java.math.BigDecimal;
import java.util.Locale;

/** How an invoice is asked for. */
enum InvoiceForm {
    JSON("application/json", ""),
    HTML("text/html", ".html"),
    PDF("application/pdf", ".pdf");

    private final String mediaType;
    private final String suffix;

    InvoiceForm(String mediaType, String suffix) {
        this.mediaType = mediaType;
        this.suffix = suffix;
    }

    /** An id without the suffix of its form, and the form. */
    record Named(String id, InvoiceForm form) {}

    /** What a path's last segment asks for; without a suffix the header decides. */
    static Named of(String segment, String accept) {
        for (InvoiceForm form : new InvoiceForm[] {HTML, PDF}) {
            if (segment.endsWith(form.suffix)) {
                return new Named(segment.substring(0, segment.length() - form.suffix.length()), form);
            }
        }
        return new Named(segment, preferred(accept));
    }

    /** The form with the highest quality (RFC 9110, section 12.5.1); of equal ones JSON, then HTML. */
    private static InvoiceForm preferred(String accept) {
        InvoiceForm best = JSON;
        for (InvoiceForm form : values()) {
            if (form.quality(accept).compareTo(best.quality(accept)) > 0) {
                best = form;
            }
        }
        return best;
    }

    /** Of the ranges that name this form the most specific one counts. */
    private BigDecimal quality(String accept) {
        BigDecimal quality = BigDecimal.ZERO;
        int specificity = -1;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            int candidate = specificity(parts[0].strip());
            if (candidate > specificity) {
                specificity = candidate;
                quality = weight(parts);
            }
        }
        return quality;
    }

    /** 2 for the type itself, 1 for its kind, 0 for everything, -1 for another type. */
    private int specificity(String range) {
        if (range.equals(mediaType)) {
            return 2;
        }
        if (range.equals(mediaType.substring(0, mediaType.indexOf('/')) + "/*")) {
            return 1;
        }
        return range.equals("*/*") ? 0 : -1;
    }

    private static BigDecimal weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                String weight = parameter.substring(2);
                return weight.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?") ? new BigDecimal(weight) : BigDecimal.ZERO;
            }
        }
        return BigDecimal.ONE;
    }
}

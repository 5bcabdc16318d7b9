package dev.valora.billing.document;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decimals as people read them: {@code 1,234,567.50} in every locale. Only the text changes, never the value. */
final class Figures {

    private static final Pattern DECIMAL = Pattern.compile("(-?)([0-9]+)(?:\\.([0-9]+))?");
    private static final int GROUP = 3;

    private Figures() {}

    /** A quantity with its thousands separated; text that is no plain decimal stays as it is. */
    static String quantity(String decimal) {
        return amount(decimal, 0);
    }

    /** The same with at least {@code exponent} digits after the point. */
    static String amount(String decimal, int exponent) {
        Matcher parts = DECIMAL.matcher(decimal);
        if (!parts.matches()) {
            return decimal;
        }
        StringBuilder text = new StringBuilder(parts.group(2));
        for (int i = text.length() - GROUP; i > 0; i -= GROUP) {
            text.insert(i, ',');
        }
        text.insert(0, parts.group(1));
        String fraction = parts.group(3) == null ? "" : parts.group(3);
        int digits = Math.max(exponent, fraction.length());
        if (digits > 0) {
            text.append('.').append(fraction).repeat('0', digits - fraction.length());
        }
        return text.toString();
    }

    /** How many digits an amount has after the point. */
    static int exponent(String decimal) {
        int point = decimal.indexOf('.');
        return point < 0 ? 0 : decimal.length() - point - 1;
    }
}

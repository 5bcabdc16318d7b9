package dev.valora.billing.document;

/** HTML under construction: markup goes in as it is, everything else only escaped. One thread. */
final class Markup {

    private final StringBuilder html = new StringBuilder(16_384);

    /** Markup; only ever literals of this package. */
    Markup raw(String markup) {
        html.append(markup);
        return this;
    }

    /** Text, escaped for content and for quoted attributes. */
    Markup text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> html.append(c);
            }
        }
        return this;
    }

    /** An element that holds only text, read in the text's own direction; nothing when the text is empty. */
    Markup element(String tag, String cssClass, String text) {
        if (text.isEmpty()) {
            return this;
        }
        html.append('<').append(tag);
        if (!cssClass.isEmpty()) {
            html.append(" class=\"").append(cssClass).append('"');
        }
        html.append(" dir=\"auto\">");
        return text(text).raw("</").raw(tag).raw(">");
    }

    @Override
    public String toString() {
        return html.toString();
    }
}

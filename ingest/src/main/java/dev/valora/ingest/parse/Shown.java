package dev.valora.ingest.parse;

/** Text of a sender as it is told back: bounded, and harmless in JSON, logs and terminals. */
final class Shown {

    private static final int LONGEST = 256;
    private static final int REPLACEMENT = 0xFFFD;

    private Shown() {}

    /** Control characters and lone surrogates are replaced, and the end is cut off when there is too much. */
    static String text(String text) {
        StringBuilder shown = new StringBuilder();
        int i = 0;
        while (i < text.length() && shown.length() < LONGEST) {
            int codePoint = text.codePointAt(i);
            boolean harmless = !Character.isISOControl(codePoint)
                    && (codePoint > 0xFFFF || !Character.isSurrogate((char) codePoint));
            shown.appendCodePoint(harmless ? codePoint : REPLACEMENT);
            i += Character.charCount(codePoint);
        }
        return i < text.length() ? shown.append('…').toString() : shown.toString();
    }

    /** A name as a token of a JSON Pointer (RFC 6901). */
    static String pointerToken(String name) {
        return text(name).replace("~", "~0").replace("/", "~1");
    }
}

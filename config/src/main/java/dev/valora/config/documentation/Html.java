package dev.valora.config.documentation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Text as HTML. Pure. */
final class Html {

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private Html() {}

    /** Text that stands for itself. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** A description: what stands between backticks is code. */
    static String prose(String text) {
        return CODE.matcher(escape(text)).replaceAll("<code>$1</code>");
    }

    /** Values as code, with a word between them. */
    static String words(JsonNode values, String between) {
        List<String> words = new ArrayList<>();
        values.forEach(value -> words.add("<code>" + escape(value.asText()) + "</code>"));
        return String.join(between, words);
    }
}

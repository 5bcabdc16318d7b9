package dev.valora.aggregator.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a page of events ended, as an opaque word: the packed position of the first record that was not looked at. */
final class EventCursor {

    private static final Pattern TEXT = Pattern.compile("event:([0-9]{1,18})");

    private EventCursor() {}

    static String encode(long position) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(("event:" + position).getBytes(UTF_8));
    }

    /** Empty when the word was not made by {@link #encode}. */
    static OptionalLong decode(String cursor) {
        try {
            Matcher text = TEXT.matcher(new String(Base64.getUrlDecoder().decode(cursor), UTF_8));
            return text.matches() ? OptionalLong.of(Long.parseLong(text.group(1))) : OptionalLong.empty();
        } catch (IllegalArgumentException foreign) {
            return OptionalLong.empty();
        }
    }
}

package dev.valora.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a list that a request asks for. Lists are ordered by a number that grows with every row, so a page begins behind
 * the last number of the page before, whatever was inserted since. The number travels as an opaque cursor.
 *
 * @param limit rows of the page, 1 to 500
 * @param after rows come after the one with this number; 0 from the start
 */
public record Page(int limit, long after) {

    /** The parameters that {@link #of} reads, for {@link QueryParameters#check}. */
    public static final Set<String> PARAMETERS = Set.of("limit", "cursor");

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 500;
    private static final Pattern CURSOR = Pattern.compile("row:([0-9]{1,18})");

    /**
     * Reads {@code limit} and {@code cursor}; the caller then checks the query.
     *
     * @throws ProblemException 422 {@code invalid_cursor} when the cursor is none that {@link #reply} gave out
     */
    public static Page of(QueryParameters query) {
        int limit = query.integer("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
        long after = query.text("cursor").map(Page::decode).orElse(0L);
        return new Page(limit, after);
    }

    /** How many rows to fetch: one more than the page holds, which tells whether another page follows. */
    public int fetch() {
        return limit + 1;
    }

    /**
     * The answer: {@code data} and {@code next_cursor}, null on the last page.
     *
     * @param rows in order, at most {@link #fetch} of them
     */
    public <T> ObjectNode reply(List<T> rows, ToLongFunction<T> number, Function<T, ? extends JsonNode> render) {
        ObjectNode reply = Json.object();
        ArrayNode data = reply.putArray("data");
        List<T> shown = rows.subList(0, Math.min(limit, rows.size()));
        shown.forEach(row -> data.add(render.apply(row)));
        if (rows.size() > limit) {
            reply.put("next_cursor", encode(number.applyAsLong(shown.getLast())));
        } else {
            reply.putNull("next_cursor");
        }
        return reply;
    }

    private static String encode(long number) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(("row:" + number).getBytes(UTF_8));
    }

    private static long decode(String cursor) {
        try {
            Matcher text = CURSOR.matcher(new String(Base64.getUrlDecoder().decode(cursor), UTF_8));
            if (text.matches()) {
                return Long.parseLong(text.group(1));
            }
        } catch (IllegalArgumentException malformed) {
            // told below, together with text that is base64 but no cursor
        }
        FieldProblem problem = new FieldProblem(
                "?cursor",
                "invalid_cursor",
                "Send next_cursor of the page before as it was, or none for the first page.");
        throw new ProblemException(
                new Problem(ProblemKind.INVALID, problem.code(), problem.detail(), List.of(problem), null, Map.of()));
    }
}

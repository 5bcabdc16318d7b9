package dev.valora.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.valora.ingest.Limits;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads bodies as trees, in another way than the server does: bytes become text by the JDK's strict decoder, and text becomes
 * tokens by Jackson's reader of characters. One thread.
 */
final class Trees {

    /** Longer than any that the server reads; the server may call a body with one malformed. */
    static final int LONG_NAME = 1_000;

    private static final StreamReadConstraints BOUNDS = StreamReadConstraints.builder()
            .maxNestingDepth(Limits.USAGE_NESTING_DEPTH)
            .maxNameLength(Integer.MAX_VALUE)
            .maxStringLength(Integer.MAX_VALUE)
            .maxNumberLength(Integer.MAX_VALUE)
            .build();

    private boolean longNameSeen;

    /** The values that stand one behind the other in a body; nothing when it is not UTF-8 or not JSON. */
    Optional<List<Node>> read(byte[] body, int length) {
        longNameSeen = false;
        // A factory a body: what one has put into its table of names must not matter to the next.
        JsonFactory json = JsonFactory.builder().streamReadConstraints(BOUNDS).build();
        try {
            String text = UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(body, 0, length))
                    .toString();
            try (JsonParser parser = json.createParser(new StringReader(text))) {
                List<Node> roots = new ArrayList<>();
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    roots.add(node(parser, token));
                }
                return Optional.of(roots);
            }
        } catch (IOException malformed) {
            return Optional.empty();
        }
    }

    /** Whether the last body had a name longer than {@link #LONG_NAME}. */
    boolean isLongNameSeen() {
        return longNameSeen;
    }

    private Node node(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> members(parser);
            case START_ARRAY -> items(parser);
            case VALUE_STRING -> new Node.Text(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Node.Numeral(parser.getText());
            case VALUE_TRUE -> new Node.Truth(true);
            case VALUE_FALSE -> new Node.Truth(false);
            case VALUE_NULL -> new Node.Nothing();
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("a value cannot begin with " + token);
        };
    }

    private Node members(JsonParser parser) throws IOException {
        List<Node.Member> members = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            longNameSeen |= name.length() > LONG_NAME;
            members.add(new Node.Member(name, node(parser, parser.nextToken())));
        }
        return new Node.Members(members);
    }

    private Node items(JsonParser parser) throws IOException {
        List<Node> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(node(parser, token));
        }
        return new Node.Items(items);
    }
}

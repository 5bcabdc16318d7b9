package dev.valora.billing.invoice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.valora.ingest.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CanonicalJsonTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"b":1, "a":[true, null, "x"]}   | {"a":[true,null,"x"],"b":1}
                    {"10":0, "1":0, "\\u20ac":0}      | {"1":0,"10":0,"€":0}
                    "\\u000a\\u0001\\u002f\\""         | "\\n\\u0001/\\""
                    "plain\\u0009and\\\\plain\\""    | "plain\\tand\\\\plain\\""
                    {"\\ud83d\\ude00":0,"\\ufb33":0}   | {"😀":0,"\ufb33":0}
                    """)
    void shouldWriteOneFormForEqualDocuments(String document, String canonical) throws IOException {
        assertEquals(canonical, CanonicalJson.text(Json.read(document.getBytes(UTF_8))));
    }

    @Test
    void shouldHashTheCanonicalBytes() throws IOException {
        JsonNode one = Json.read("{\"a\": 1, \"b\": \"x\"}".getBytes(UTF_8));
        JsonNode other = Json.read("{\"b\":\"x\",\"a\":1}".getBytes(UTF_8));
        assertEquals(CanonicalJson.text(one), CanonicalJson.text(other));
        // sha256sum of {"a":1,"b":"x"}
        assertEquals(
                "ecf9e98ec0641e23113ff3ce8bdc78d0ddd249886517fd4a7f68cc83d4e65667",
                CanonicalJson.hash(CanonicalJson.text(one)));
    }

    @Test
    void shouldRefuseNumbersThatADoubleWouldBend() throws IOException {
        JsonNode fraction = Json.read("[1.5]".getBytes(UTF_8));
        JsonNode large = Json.read("[9007199254740993]".getBytes(UTF_8));
        assertThrows(IllegalArgumentException.class, () -> CanonicalJson.text(fraction));
        assertThrows(IllegalArgumentException.class, () -> CanonicalJson.text(large));
    }
}

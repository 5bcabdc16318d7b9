package dev.valora.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":2}",
                "{} {}",
                "// a\n{}",
                "NaN",
                "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]",
                "-0.0e123456789012345678901232",
            })
    void shouldRefuseWhatIsNotStrictJsonAsAnInputProblem(String text) {
        assertThrows(IOException.class, () -> Json.read(text.getBytes(UTF_8)));
    }

    @Test
    void shouldReadNumbersFromTheirLiterals() throws IOException {
        assertEquals(
                new BigDecimal("0.10000000000000000001"),
                Json.read("[0.10000000000000000001]".getBytes(UTF_8)).get(0).decimalValue());
    }

    @Test
    void shouldTellWhereABodyIsBrokenWithoutTheParsersAside() {
        Problem problem = Problem.malformedJson(1, 5, "Unexpected end-of-input (start marker at [Source: REDACTED])");
        assertEquals(
                "The body is not valid JSON: Unexpected end-of-input (line 1, column 5). Nothing was accepted.",
                problem.detail());
    }
}

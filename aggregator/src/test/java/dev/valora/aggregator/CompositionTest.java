package dev.valora.aggregator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.valora.ingest.Aggregation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompositionTest {

    /** What adds up takes a void as a negative delta; the writer lets a void of anything else be journaled only with its window. */
    @ParameterizedTest
    @EnumSource(names = {"COUNT", "SUM", "MAX"})
    void shouldRecountExactlyWhatDoesNotAddUp(Aggregation aggregation) {
        assertEquals(Composition.of(aggregation) != Composition.ADD, aggregation.isRecounted());
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"COUNT", "SUM", "MAX"})
    void shouldRefuseWhatIsNotComputed(Aggregation aggregation) {
        assertThrows(IllegalArgumentException.class, () -> Composition.of(aggregation));
    }
}

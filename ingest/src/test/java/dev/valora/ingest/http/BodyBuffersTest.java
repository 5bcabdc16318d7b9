package dev.valora.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyBuffersTest {

    @ParameterizedTest
    @CsvSource({"0, 4096", "1, 4096", "4096, 4096", "4097, 8192", "8388608, 8388608"})
    void shouldRoundUpToAPowerOfTwo(int wanted, int given) {
        byte[] array = new BodyBuffers(8 << 20).take(wanted);
        assertNotNull(array);
        assertEquals(given, array.length);
    }

    @Test
    void shouldLendNoMoreThanItsBudgetAndLendTheSameArrayAgain() {
        BodyBuffers buffers = new BodyBuffers(8 << 10);
        byte[] first = buffers.take(100);
        byte[] second = buffers.take(100);
        assertNotNull(first);
        assertNotNull(second);
        assertNull(buffers.take(1));
        buffers.giveBack(first);
        assertSame(first, buffers.take(1));
        buffers.giveBack(first);
        buffers.giveBack(second);
        assertEquals(0, buffers.lentBytes());
    }
}

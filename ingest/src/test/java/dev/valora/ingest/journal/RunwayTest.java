package dev.valora.ingest.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where zeros may be written ahead, and where not. */
final class RunwayTest {

    @TempDir
    Path parent;

    /** What is not set apart is not on the disk's account yet: zeros there could find no room. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4_095, 4_096, 10_000, 200_000, 262_144})
    void shouldFillNoFurtherThanWasSetApart(long bytes) throws IOException {
        Path file = parent.resolve("runway");
        try (Runway runway = Runway.create(file)) {
            runway.setApart(bytes);
            long end = runway.endBytes();
            runway.fill(1 << 20);
            assertEquals(end, runway.endBytes());
            assertEquals(end / Runway.PAGE_BYTES * Runway.PAGE_BYTES, runway.filledBytes(), "whole pages");
            assertTrue(Files.size(file) <= end, Files.size(file) + " bytes of " + end);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4_096, 70_000})
    void shouldFillNothingThatWasTaken(int taken) throws IOException {
        Path file = parent.resolve("runway");
        try (Runway runway = Runway.create(file)) {
            runway.setApart(1 << 20);
            runway.take(taken);
            byte[] written = new byte[taken];
            Arrays.fill(written, (byte) 7);
            try (FileChannel appender = FileChannel.open(file, StandardOpenOption.WRITE)) {
                appender.write(ByteBuffer.wrap(written), 0);
            }
            runway.fill(1 << 19);
            assertArrayEquals(written, Arrays.copyOf(Files.readAllBytes(file), taken));
            assertTrue(runway.filledBytes() >= 1 << 19, runway.filledBytes() + " bytes");
        }
    }

    /** Memory is given back, and nothing else: who reads finds what was written, and who closed the file first loses nothing. */
    @Test
    void shouldGiveBackMemoryAlone() throws IOException {
        Path file = parent.resolve("runway");
        byte[] written = new byte[1 << 20];
        Arrays.fill(written, (byte) 7);
        Runway runway = Runway.create(file);
        try (runway) {
            runway.setApart(2 << 20);
            try (FileChannel appender = FileChannel.open(file, StandardOpenOption.WRITE)) {
                appender.write(ByteBuffer.wrap(written), 0);
                appender.force(false);
            }
            runway.forget(written.length);
            assertEquals(written.length, runway.forgottenBytes());
            assertEquals(2 << 20, runway.endBytes());
        }
        runway.forget(written.length);
        assertArrayEquals(written, Arrays.copyOf(Files.readAllBytes(file), written.length));
    }
}

package dev.valora.ingest.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.Limits;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.ProblemKind;
import dev.valora.ingest.RecordLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Members with every field that RFC 1952 knows, and bodies that are not gzip at all, or more than it. */
class GzipBodyTest {

    private static final int FLAGS = 3;
    private static final int FIXED_BYTES = 10;
    private static final String TEXT = "{\"idempotency_key\":\"k\"}";

    private final MemoryBudget budget = new MemoryBudget(64 << 20, 2);
    private final GzipBody gzip = new GzipBody(new BodyBuffers(budget));

    private String inflate(byte[] bytes) {
        StringBuilder plain = new StringBuilder();
        try {
            gzip.inflate(bytes, bytes.length, (array, length) -> plain.append(new String(array, 0, length, US_ASCII)));
        } finally {
            assertEquals(0, budget.takenBytes());
        }
        return plain.toString();
    }

    private Problem refusal(byte[] bytes) {
        return assertThrows(ProblemException.class, () -> inflate(bytes)).problem();
    }

    private static byte[] compress(String text) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream stream = new GZIPOutputStream(compressed)) {
            stream.write(text.getBytes(US_ASCII));
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return compressed.toByteArray();
    }

    /** The member with other flags and, behind the fixed part of its header, these fields. */
    private static byte[] withHeader(int flags, byte[] fields) {
        byte[] plain = compress(TEXT);
        byte[] member = new byte[plain.length + fields.length];
        System.arraycopy(plain, 0, member, 0, FIXED_BYTES);
        member[FLAGS] = (byte) flags;
        System.arraycopy(fields, 0, member, FIXED_BYTES, fields.length);
        System.arraycopy(plain, FIXED_BYTES, member, FIXED_BYTES + fields.length, plain.length - FIXED_BYTES);
        return member;
    }

    private static byte[] repeat(byte[] member, int times) {
        byte[] all = new byte[member.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(member, 0, all, i * member.length, member.length);
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({
        "1, ''",
        "8, 6e616d6500",
        "16, 6120636f6d6d656e7400",
        "4, 0300616263",
        "28, 03006162636e616d65006100",
        "4, 0000",
    })
    void shouldPassOverTheFieldsOfAHeader(int flags, String fields) {
        assertEquals(TEXT, inflate(withHeader(flags, HexFormat.of().parseHex(fields))));
    }

    @Test
    void shouldCheckTheSumOfAHeader() {
        byte[] member = withHeader(2, new byte[2]);
        CRC32 crc = new CRC32();
        crc.update(member, 0, FIXED_BYTES);
        RecordLayout.putU16(member, FIXED_BYTES, (int) crc.getValue() & 0xFFFF);
        assertEquals(TEXT, inflate(member));
        member[FIXED_BYTES] ^= 1;
        assertEquals("malformed_gzip", refusal(member).code());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x20, 0x40, 0x80, 0xE0})
    void shouldRefuseFlagsThatAreReserved(int flags) {
        assertEquals("malformed_gzip", refusal(withHeader(flags, new byte[0])).code());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16, 2, 12, 24})
    void shouldRefuseAHeaderThatDoesNotEnd(int flags) {
        byte[] header = Arrays.copyOf(compress(TEXT), FIXED_BYTES + 1);
        header[FLAGS] = (byte) flags;
        header[FIXED_BYTES] = 'n';
        assertEquals("malformed_gzip", refusal(header).code());
    }

    @Test
    void shouldRefuseEveryPartOfABody() {
        byte[] member = compress(TEXT);
        for (int length = 0; length < member.length; length++) {
            assertEquals(
                    "malformed_gzip", refusal(Arrays.copyOf(member, length)).code(), "of length " + length);
        }
        for (int length = member.length + 1; length < 2 * member.length; length++) {
            assertEquals(
                    "malformed_gzip",
                    refusal(Arrays.copyOf(repeat(member, 2), length)).code(),
                    "of length " + length);
        }
    }

    @Test
    void shouldNotTakeAnyByteForAnother() {
        byte[] member = compress(TEXT);
        int refusals = 0;
        for (int at = 0; at < member.length * Byte.SIZE; at++) {
            byte[] flipped = member.clone();
            flipped[at / Byte.SIZE] ^= (byte) (1 << at % Byte.SIZE);
            try {
                // Times, hints and the name of the system say nothing of the content.
                assertEquals(TEXT, inflate(flipped), "bit " + at);
            } catch (ProblemException refused) {
                assertEquals(ProblemKind.MALFORMED, refused.problem().kind(), "bit " + at);
                refusals++;
            }
        }
        // The header's time, hints and name of the system take 6 of its bytes.
        assertTrue(refusals >= (member.length - 10) * Byte.SIZE, refusals + " refusals");
        assertTrue(refusals <= (member.length - 6) * Byte.SIZE, refusals + " refusals");
    }

    @Test
    void shouldJoinMembersUpToABound() {
        assertEquals(TEXT + TEXT + TEXT, inflate(repeat(compress(TEXT), 3)));
        assertEquals("", inflate(compress("")));
        assertEquals(
                Limits.REQUEST_EVENTS,
                inflate(repeat(compress("x"), Limits.REQUEST_EVENTS)).length());
        byte[] empty = repeat(compress(""), Limits.REQUEST_BODY_BYTES / compress("").length);
        assertEquals("malformed_gzip", refusal(empty).code());
    }

    @Test
    void shouldEndWhereABodyMayEnd() {
        String most = " ".repeat(Limits.REQUEST_BODY_BYTES);
        assertEquals(most, inflate(compress(most)));
        assertEquals(most, inflate(repeat(compress(most.substring(most.length() / 2)), 2)));
        assertEquals(ProblemKind.TOO_LARGE, refusal(compress(most + " ")).kind());
        assertEquals(ProblemKind.TOO_LARGE, refusal(repeat(compress(most), 2)).kind());
    }

    @Test
    void shouldAskToComeAgainWhenThereIsNoRoom() {
        GzipBody poor = new GzipBody(new BodyBuffers(new MemoryBudget(16 << 10, 2)));
        byte[] bytes = compress(" ".repeat(1 << 20));
        Problem problem = assertThrows(
                        ProblemException.class, () -> poor.inflate(bytes, bytes.length, (array, length) -> {}))
                .problem();
        assertEquals("overloaded", problem.code());
        byte[] small = compress(TEXT);
        AtomicInteger bytesInflated = new AtomicInteger();
        poor.inflate(small, small.length, (array, length) -> bytesInflated.addAndGet(length));
        assertEquals(TEXT.length(), bytesInflated.get());
    }
}

package dev.valora.ingest.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.ingest.RecordLayout;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reference vectors: key 00..0f, message 00, 01, … of the given length, result as bytes. */
class SipHashTest {

    private static final byte[] KEY = sequence(16);

    @ParameterizedTest
    @CsvSource(delimiter = ' ', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
                0 a3817f04ba25a8e66df67214c7550293
                1 da87c1d86b99af44347659119b22fc45
                2 8177228da4a45dc7fca38bdef60affe4
                3 9c70b60c5267a94e5f33b6b02985ed51
                4 f88164c12d9c8faf7d0f6e7c7bcd5579
                5 1368875980776f8854527a07690e9627
                6 14eeca338b208613485ea0308fd7a15e
                7 a1f1ebbed8dbc153c0b84aa61ff08239
                8 3b62a9ba6258f5610f83e264f31497b4
                9 264499060ad9baabc47f8b02bb6d71ed
                10 00110dc378146956c95447d3f3d0fbba
                11 0151c568386b6677a2b4dc6f81e5dc18
                12 d626b266905ef35882634df68532c125
                13 9869e247e9c08b10d029934fc4b952f7
                14 31fcefac66d7de9c7ec7485fe4494902
                15 5493e99933b0a8117e08ec0f97cfc3d9
                16 6ee2a4ca67b054bbfd3315bf85230577
                17 473d06e8738db89854c066c47ae47740
                31 2939b0183223fafc1723de4f52c43d35
                32 7c3956ca5eeafc3e363e9d556546eb68
                62 5853542321f567a005d547a4f04759bd
                63 5150d1772f50834a503e069a973fbd7c
                """)
    void shouldGiveTheReferenceVectors(int length, String expected) {
        assertEquals(expected, hash(length));
    }

    /** Every split of the message into leading words and bytes is the same message. */
    private static String hash(int length) {
        SipHash hash = new SipHash(RecordLayout.getLong(KEY, 0), RecordLayout.getLong(KEY, 8));
        byte[] message = sequence(length);
        String result = null;
        for (int wordCount = 0; wordCount <= length / 8; wordCount++) {
            long[] words = new long[8];
            for (int i = 0; i < wordCount; i++) {
                words[i] = RecordLayout.getLong(message, i * 8);
            }
            byte[] shifted = new byte[3 + length - wordCount * 8];
            System.arraycopy(message, wordCount * 8, shifted, 3, length - wordCount * 8);
            hash.hash(words, wordCount, shifted, 3, length - wordCount * 8);
            byte[] bytes = new byte[16];
            RecordLayout.putLong(bytes, 0, hash.first());
            RecordLayout.putLong(bytes, 8, hash.second());
            String hex = HexFormat.of().formatHex(bytes);
            assertEquals(result == null ? hex : result, hex);
            result = hex;
        }
        return Objects.requireNonNull(result);
    }

    private static byte[] sequence(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }
}

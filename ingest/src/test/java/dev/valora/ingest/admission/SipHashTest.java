package dev.valora.ingest.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.ingest.RecordLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reference vectors: key 00..0f, message 00, 01, … of the given length, result as bytes. */
class SipHashTest {

    private static final byte[] KEY = sequence(16);

    @ParameterizedTest
    @CsvSource(delimiter = ' ', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
                0 a3817f04ba25a8e66df67214c7550293 310e0edd47db6f72 dcc40f055801acab
                1 da87c1d86b99af44347659119b22fc45 fd67dc93c539f874 93ca577df39bf4c9
                2 8177228da4a45dc7fca38bdef60affe4 5a4fa9d909806c0d 4dd4c74d029bcb82
                3 9c70b60c5267a94e5f33b6b02985ed51 2d7efbd796666785 fbf7dde7b80af88b
                4 f88164c12d9c8faf7d0f6e7c7bcd5579 b7877127e09427cf 2883d388605775cf
                5 1368875980776f8854527a07690e9627 8da699cd64557618 673b53492fd5f9de
                6 14eeca338b208613485ea0308fd7a15e cee3fe586e46c9cb a7229fc5502b0dc5
                7 a1f1ebbed8dbc153c0b84aa61ff08239 37d1018bf50002ab 4011b19b987d92d3
                8 3b62a9ba6258f5610f83e264f31497b4 6224939a79f5f593 8e9a298d11959036
                9 264499060ad9baabc47f8b02bb6d71ed b0e4a90bdf82009e e43d066cb38ea425
                10 00110dc378146956c95447d3f3d0fbba f3b9dd94c5bb5d7a 7f09ff92ee85de79
                11 0151c568386b6677a2b4dc6f81e5dc18 a7ad6b22462fb3f4 52c34df9c118c170
                12 d626b266905ef35882634df68532c125 fbe50e86bc8f1e75 a2d9b457b184a378
                13 9869e247e9c08b10d029934fc4b952f7 903d84c02756ea14 a7ff29120c766f30
                14 31fcefac66d7de9c7ec7485fe4494902 eef27a8e90ca23f7 345df9c011a15a60
                15 5493e99933b0a8117e08ec0f97cfc3d9 e545be4961ca29a1 5699512a6dd820d3
                16 6ee2a4ca67b054bbfd3315bf85230577 db9bc2577fcc2a3f 668b907d1add4fcc
                17 473d06e8738db89854c066c47ae47740 9447be2cf5e99a69 0cd8db639068f29c
                31 2939b0183223fafc1723de4f52c43d35 42c341d8fa92d832 bcd1218c1fdd7023
                32 7c3956ca5eeafc3e363e9d556546eb68 ce7cf2722f512771 0db6a7166c7b1581
                62 5853542321f567a005d547a4f04759bd 575ff28e60381be5 e094664b15f6b2c3
                63 5150d1772f50834a503e069a973fbd7c 724506eb4c328a95 a8b3bbb76290199d
                """)
    void shouldGiveTheReferenceVectors(int length, String wide, String narrow, String fewRounds) {
        assertEquals(wide, hash(2, 4, true, length));
        assertEquals(narrow, hash(2, 4, false, length));
        assertEquals(fewRounds, hash(1, 3, false, length));
    }

    /** Every split of the message into leading words and bytes is the same message. */
    private static String hash(int compression, int finalization, boolean wide, int length) {
        SipHash hash = new SipHash(
                RecordLayout.getLong(KEY, 0), RecordLayout.getLong(KEY, 8), compression, finalization, wide);
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
            String hex = HexFormat.of().formatHex(Arrays.copyOf(bytes, wide ? 16 : 8));
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

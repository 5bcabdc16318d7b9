package dev.valora.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What bodies are made of and spoiled with: right, at the edge of right, and wrong. Immutable. */
final class Samples {

    static final List<String> SPACES = List.of("", "", "", " ", "\n", "\r\n", "\t", "  \n ");

    /** As JSON stands in a body where something else should. */
    static final List<String> TYPED =
            List.of("null", "true", "false", "[]", "{}", "[1]", "{\"a\":1}", "1", "\"x\"", "-1.5e2");

    static final List<String> DECIMALS = with("""
            1
            0
            12.5
            0.000000000001
            999999999999999999.999999999999
            -3
            -0
            1e3
            1.50
            100
            12E-2
            0.10e+1
            123456789012345678
            1000000000000000000
            0.0000000000001
            1e1000000
            1e-1000000
            0e99999
            00
            1.
            .5
            +1
            1e
            NaN
            0x10
            １
            """, "", " 1", "1".repeat(65), "1" + "0".repeat(63));

    static final List<String> INSTANTS =
            with("""
            2026-11-22T18:00:00Z
            2026-11-22t18:00:00.123456789z
            1970-01-01T00:00:00Z
            9999-12-31T23:59:59.999999Z
            2026-02-28T23:59:59+14:00
            2024-02-29T00:00:00-23:59
            2000-02-29T12:00:00.5Z
            1970-01-01T00:00:00+00:01
            2026-02-29T00:00:00Z
            1900-02-29T00:00:00Z
            2026-11-22T18:00:60Z
            2026-11-22T24:00:00Z
            2026-11-22 18:00:00Z
            2026-11-22T18:00:00
            2026-11-22T18:00Z
            2026-13-01T00:00:00Z
            2026-11-22T18:00:00.Z
            2026-11-22T18:00:00+2:00
            2026-11-22T18:00:00+24:00
            10000-01-01T00:00:00Z
            1969-12-31T23:59:59Z
            9999-12-31T23:59:59-00:01
            """, "", "2026-11-22T18:00:00." + "1".repeat(60) + "Z", "2026-11-22T18:00:00." + "1".repeat(43) + "Z");

    static final List<String> TEXTS = with(
            """
            customer-42
            a
            Größe
            日本語
            😀
            x y
            "quoted"
            back\\slash
            /~
            gigabytes
            """,
            "tab\there",
            "\u0001",
            "\u007f",
            "\u00a0",
            "\u2003x",
            "e\u0301",
            "\ud83d",
            "a\ude00b",
            "nul\u0000",
            "",
            " ",
            "\t\n",
            "\u3000",
            "\ufeffx",
            "\u2028",
            "\ufffd",
            "\uffff",
            "k".repeat(255),
            "k".repeat(256),
            "😀".repeat(255),
            "ä".repeat(256),
            "v".repeat(1_000),
            "v".repeat(1_001),
            "w".repeat(2_001));

    /** Pieces that mean something where they do not belong. */
    private static final List<String> PIECES = with(
            """
            {
            }
            [
            ]
            ,
            :
            "
            \\
            \\u0000
            \\ud800
            \\u
            null
            true
            NaN
            -
            0
            1e1000000
            -0.0
            //
            /*
            */
            #
            '
            é
            😀
            "idempotency_key":"x",
            "customer":"",
            "events":[
            "value":1,
            {}
            []
            "properties":{
            """,
            " ",
            "\n",
            "\u0000",
            "\u0001",
            "\u007f",
            "\u00a0",
            "\ufeff",
            "\u2028",
            "1".repeat(70),
            "{\"a\":".repeat(6),
            "[".repeat(8),
            "a".repeat(300),
            "\"n\":\"" + "b".repeat(1_100) + "\",");

    /** What is not UTF-8, and a byte order mark, in hexadecimal. */
    private static final List<String> RAW = List.of(
            "80",
            "c080",
            "c1bf",
            "e08080",
            "eda080",
            "f08fbfbf",
            "f4908080",
            "ff",
            "fe",
            "c3",
            "e282",
            "efbbbf",
            "f09f98");

    private Samples() {}

    private static List<String> with(String lines, String... others) {
        List<String> samples = new ArrayList<>(lines.lines().toList());
        samples.addAll(List.of(others));
        return List.copyOf(samples);
    }

    /** Pieces as bytes, those among them that are no text. */
    static List<byte[]> pieces() {
        List<byte[]> pieces = new ArrayList<>();
        PIECES.forEach(piece -> pieces.add(piece.getBytes(UTF_8)));
        RAW.forEach(hex -> pieces.add(HexFormat.of().parseHex(hex)));
        return List.copyOf(pieces);
    }
}

package dev.valora.ingest.http;

import dev.valora.ingest.RecordLayout;
import java.util.zip.CRC32;

/** The header of one gzip member (RFC 1952, section 2.3). Pure. */
final class GzipHeader {

    /** Returned in place of an offset: there is no header, or not all of it. */
    static final int NONE = -1;

    private static final int FIXED_BYTES = 10;
    private static final int FLAGS = 3;
    private static final int ID1 = 0x1F;
    private static final int ID2 = 0x8B;
    private static final int DEFLATE = 8;

    private static final int HEADER_CRC = 1 << 1;
    private static final int EXTRA = 1 << 2;
    private static final int NAME = 1 << 3;
    private static final int COMMENT = 1 << 4;
    private static final int RESERVED = 0b1110_0000;

    private GzipHeader() {}

    /** Where the data behind the header at {@code from} starts, or {@link #NONE}. */
    static int end(byte[] bytes, int from, int length) {
        if (length - from < FIXED_BYTES
                || (bytes[from] & 0xFF) != ID1
                || (bytes[from + 1] & 0xFF) != ID2
                || bytes[from + 2] != DEFLATE) {
            return NONE;
        }
        int flags = bytes[from + FLAGS] & 0xFF;
        if ((flags & RESERVED) != 0) {
            // They stand for fields that nobody here knows how to pass over.
            return NONE;
        }
        int at = from + FIXED_BYTES;
        if ((flags & EXTRA) != 0) {
            at = length - at < Short.BYTES ? NONE : at + Short.BYTES + RecordLayout.getU16(bytes, at);
        }
        if ((flags & NAME) != 0) {
            at = behindZero(bytes, at, length);
        }
        if ((flags & COMMENT) != 0) {
            at = behindZero(bytes, at, length);
        }
        if ((flags & HEADER_CRC) != 0) {
            at = behindCrc(bytes, from, at, length);
        }
        return at > length ? NONE : at;
    }

    private static int behindZero(byte[] bytes, int from, int length) {
        if (from == NONE) {
            return NONE;
        }
        for (int at = from; at < length; at++) {
            if (bytes[at] == 0) {
                return at + 1;
            }
        }
        return NONE;
    }

    private static int behindCrc(byte[] bytes, int from, int at, int length) {
        if (at == NONE || length - at < Short.BYTES) {
            return NONE;
        }
        CRC32 crc = new CRC32();
        crc.update(bytes, from, at - from);
        return (crc.getValue() & 0xFFFF) == RecordLayout.getU16(bytes, at) ? at + Short.BYTES : NONE;
    }
}

package dev.valora.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/**
 * One request, built once; for each sending only the bytes that tell its events apart are written anew. An event is a pure
 * function of its sequence number, so that sending a number again is sending the same event again.
 *
 * <pre>
 * {"idempotency_key":"rrrrrrrr-ssssssssssssssss","customer":"customer-cccccccc","meter":"load_mmmm","value":"1.vvvvvv",
 *  "timestamp":"2026-11-22Thh:00:00Z","properties":{"region":"us-central1"}}
 * r run, s sequence number, c customer, m meter: hexadecimal; v decimal; h the hour, and date, of the window. Together
 * {@link #EVENT_BYTES} bytes, without line breaks.
 * </pre>
 *
 * <p>Belongs to one connection, and so to its thread.
 */
final class RequestBuffer {

    /** Bytes of one event. */
    static final int EVENT_BYTES = 190;

    private static final String BEFORE_KEY = "{\"idempotency_key\":\"";
    private static final String BEFORE_CUSTOMER = "\",\"customer\":\"customer-";
    private static final String BEFORE_METER = "\",\"meter\":\"load_";
    private static final String BEFORE_VALUE = "\",\"value\":\"";
    private static final String BEFORE_TIME = "\",\"timestamp\":\"";
    private static final String END = "\",\"properties\":{\"region\":\"us-central1\"}}";

    private static final int KEY_SEQUENCE = BEFORE_KEY.length() + 9;
    private static final int CUSTOMER = KEY_SEQUENCE + 16 + BEFORE_CUSTOMER.length();
    private static final int METER = CUSTOMER + 8 + BEFORE_METER.length();
    private static final int VALUE = METER + 4 + BEFORE_VALUE.length();
    private static final int TIME = VALUE + 8 + BEFORE_TIME.length();

    /** The three decimal digits of 0 to 999, as the low three bytes. */
    private static final long[] DIGITS = new long[1_000];

    static {
        for (int i = 0; i < DIGITS.length; i++) {
            DIGITS[i] = ((long) ('0' + i / 100) << 16) | ((long) ('0' + i / 10 % 10) << 8) | ('0' + i % 10);
        }
    }

    private static final long ONE_POINT = (((long) '1' << 8) | '.') << 48;

    private final ByteBuffer bytes;
    private final int firstEvent;
    private final int events;
    private final int customers;
    private final int meters;

    /** The first and the second eight bytes of the times, which tell the hour, beginning with the latest. */
    private final long[] dates;

    private final long[] hours;

    RequestBuffer(LoadPlan plan) {
        events = plan.shape().eventsPerRequest();
        LoadPlan.Windows windows = plan.events().windows();
        customers = windows.customers();
        meters = windows.meters();
        dates = new long[windows.hours()];
        hours = new long[windows.hours()];
        for (int hour = 0; hour < hours.length; hour++) {
            ByteBuffer time = ByteBuffer.wrap(
                    windows.lastTime().minus(Duration.ofHours(hour)).toString().getBytes(US_ASCII));
            dates[hour] = time.getLong(0);
            hours[hour] = time.getLong(8);
        }
        String event = event(plan.events().run(), windows.lastTime());
        String body = events == 1 ? event : "[" + (event + ",").repeat(events - 1) + event + "]";
        String head = "POST /v1/usage HTTP/1.1\r\nHost: "
                + plan.destination().address().getHostString() + ":"
                + plan.destination().address().getPort() + "\r\nAuthorization: Bearer "
                + plan.destination().key()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n";
        bytes = ByteBuffer.allocateDirect(head.length() + body.length());
        bytes.put(head.getBytes(US_ASCII)).put(body.getBytes(US_ASCII));
        firstEvent = head.length() + (events == 1 ? 0 : 1);
    }

    private static String event(int run, Instant eventTime) {
        String event = BEFORE_KEY + HexFormat.of().toHexDigits(run) + "-" + "0".repeat(16) + BEFORE_CUSTOMER
                + "0".repeat(8) + BEFORE_METER + "0".repeat(4) + BEFORE_VALUE + "1.000000" + BEFORE_TIME + eventTime
                + END;
        if (event.length() != EVENT_BYTES) {
            throw new IllegalStateException("an event is " + event.length() + " bytes, not " + EVENT_BYTES);
        }
        return event;
    }

    /** Makes event {@code index} of the request the one with this sequence number, which is not negative. */
    void set(int index, long sequence) {
        int at = firstEvent + index * (EVENT_BYTES + 1);
        bytes.putLong(at + KEY_SEQUENCE, hex((int) (sequence >>> 32)));
        bytes.putLong(at + KEY_SEQUENCE + 8, hex((int) sequence));
        long rest = sequence / customers;
        bytes.putLong(at + CUSTOMER, hex((int) (sequence - rest * customers)));
        bytes.putInt(at + METER, (int) hex((int) (rest % meters)));
        if (hours.length > 1) {
            int hour = (int) (rest / meters % hours.length);
            bytes.putLong(at + TIME, dates[hour]);
            bytes.putLong(at + TIME + 8, hours[hour]);
        }
        int number = (int) (sequence % 1_000_000);
        bytes.putLong(at + VALUE, ONE_POINT | (DIGITS[number / 1_000] << 24) | DIGITS[number % 1_000]);
    }

    /** Offset of the first byte behind the head. */
    int bodyStart() {
        return events == 1 ? firstEvent : firstEvent - 1;
    }

    int events() {
        return events;
    }

    /** The request from its first to its last byte; the position of the one buffer there is, is reset. */
    ByteBuffer rewound() {
        bytes.position(0);
        return bytes;
    }

    /** The eight hexadecimal digits of a number, the first in the highest byte. */
    static long hex(int number) {
        long nibbles = number & 0xFFFF_FFFFL;
        nibbles = (nibbles & 0xFFFF_0000L) << 16 | (nibbles & 0xFFFFL);
        nibbles = (nibbles << 8 | nibbles) & 0x00FF_00FF_00FF_00FFL;
        nibbles = (nibbles << 4 | nibbles) & 0x0F0F_0F0F_0F0F_0F0FL;
        long letters = ((nibbles + 0x0606_0606_0606_0606L) >>> 4) & 0x0101_0101_0101_0101L;
        return nibbles + 0x3030_3030_3030_3030L + letters * ('a' - '0' - 10);
    }
}

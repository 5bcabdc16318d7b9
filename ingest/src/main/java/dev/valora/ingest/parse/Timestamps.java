package dev.valora.ingest.parse;

import dev.valora.ingest.RecordLayout;

/**
 * Reads instants as RFC 3339 writes them: date, {@code T}, time with seconds, any number of digits of a second, and an offset
 * that is {@code Z} or hours and minutes. Digits beyond the microsecond are cut off, toward the past.
 *
 * <p>Taken are the years 1970 to 9999 in UTC: nothing was metered before the epoch, so that every time in the journal is a
 * non-negative number of microseconds, and RFC 3339 has no fifth digit. A leap second is refused, because microseconds since the
 * epoch cannot tell it from the second after.
 *
 * <p>Remembers the last day, because most events of a request happened on the same. One thread.
 */
final class Timestamps {

    /** Not of the form at all. */
    static final long MALFORMED = -1;

    /** Second 60. */
    static final long LEAP_SECOND = -2;

    /** Before 1970 or after 9999. */
    static final long OUT_OF_RANGE = -3;

    /** Everything but the offset is there. */
    static final long NO_OFFSET = -4;

    /** More than anyone writes; bounds the digits of a second. */
    private static final int LONGEST = 64;

    private static final long NO_DAY = Long.MIN_VALUE;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long SECONDS_PER_DAY = 86_400;
    private static final long FIRST_SECOND_OF_YEAR_10000 = 253_402_300_800L;
    private static final int DAYS_FROM_YEAR_0_TO_1970 = 719_528;
    private static final byte[] DAYS_OF_MONTH = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    private static final short[] DAYS_BEFORE_MONTH = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

    /** The text of a date but for its last two characters, which are in the low half of the other, and what it says. */
    private long lastMonthText;

    private int lastDayText;
    private long lastEpochDay = NO_DAY;

    /** Microseconds since the epoch, or one of the negative constants. Reads nothing outside the range. */
    long micros(byte[] bytes, int offset, int length) {
        if (length < 19 || length > LONGEST || !hasSeparators(bytes, offset)) {
            return MALFORMED;
        }
        int hour = pair(bytes, offset + 11);
        int minute = pair(bytes, offset + 14);
        int second = pair(bytes, offset + 17);
        long epochDay = dayAt(bytes, offset);
        if ((hour | minute | second) < 0 || epochDay == NO_DAY || hour > 23 || minute > 59 || second > 60) {
            return MALFORMED;
        }
        if (second == 60) {
            return LEAP_SECOND;
        }
        long seconds = epochDay * SECONDS_PER_DAY + hour * 3600L + minute * 60L + second;
        return withFractionAndOffset(seconds, bytes, offset + 19, offset + length);
    }

    /** Days from 1970-01-01 to the date at {@code offset}, {@link #NO_DAY} if it is none. */
    private long dayAt(byte[] bytes, int offset) {
        long monthText = RecordLayout.getLong(bytes, offset);
        int dayText = RecordLayout.getU16(bytes, offset + Long.BYTES);
        if (monthText != lastMonthText || dayText != lastDayText) {
            lastEpochDay = readDay(bytes, offset);
            lastMonthText = monthText;
            lastDayText = dayText;
        }
        return lastEpochDay;
    }

    private static long readDay(byte[] bytes, int offset) {
        int century = pair(bytes, offset);
        int yearOfCentury = pair(bytes, offset + 2);
        int month = pair(bytes, offset + 5);
        int day = pair(bytes, offset + 8);
        int year = century * 100 + yearOfCentury;
        boolean isDate = (century | yearOfCentury | month | day) >= 0
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= daysOfMonth(year, month);
        return isDate ? epochDay(year, month, day) : NO_DAY;
    }

    private static long withFractionAndOffset(long localSeconds, byte[] bytes, int from, int end) {
        int i = from;
        long fraction = 0;
        if (i < end && bytes[i] == '.') {
            i++;
            int first = i;
            long unit = MICROS_PER_SECOND / 10;
            while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
                fraction += (bytes[i] - '0') * unit;
                unit /= 10;
                i++;
            }
            if (i == first) {
                return MALFORMED;
            }
        }
        if (i == end) {
            return NO_OFFSET;
        }
        long seconds = localSeconds;
        if (bytes[i] != 'Z' && bytes[i] != 'z') {
            if (end - i != 6 || (bytes[i] != '+' && bytes[i] != '-') || bytes[i + 3] != ':') {
                return MALFORMED;
            }
            int hours = pair(bytes, i + 1);
            int minutes = pair(bytes, i + 4);
            if ((hours | minutes) < 0 || hours > 23 || minutes > 59) {
                return MALFORMED;
            }
            long ahead = hours * 3600L + minutes * 60L;
            seconds += bytes[i] == '+' ? -ahead : ahead;
        } else if (end - i != 1) {
            return MALFORMED;
        }
        return seconds < 0 || seconds >= FIRST_SECOND_OF_YEAR_10000
                ? OUT_OF_RANGE
                : seconds * MICROS_PER_SECOND + fraction;
    }

    private static boolean hasSeparators(byte[] bytes, int offset) {
        return bytes[offset + 4] == '-'
                && bytes[offset + 7] == '-'
                && (bytes[offset + 10] == 'T' || bytes[offset + 10] == 't')
                && bytes[offset + 13] == ':'
                && bytes[offset + 16] == ':';
    }

    /** Two digits; negative when they are not digits. */
    private static int pair(byte[] bytes, int at) {
        int tens = bytes[at] - '0';
        int ones = bytes[at + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
    }

    private static boolean isLeapYear(int year) {
        return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    private static int daysOfMonth(int year, int month) {
        return month == 2 && isLeapYear(year) ? 29 : DAYS_OF_MONTH[month - 1];
    }

    /** Days since 1970-01-01 in the Gregorian calendar, for years from 0 on. */
    private static long epochDay(int year, int month, int day) {
        int leapDays = year == 0 ? 0 : (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + 1;
        int dayOfYear = DAYS_BEFORE_MONTH[month - 1] + day - 1 + (month > 2 && isLeapYear(year) ? 1 : 0);
        return 365L * year + leapDays + dayOfYear - DAYS_FROM_YEAR_0_TO_1970;
    }
}

package dev.valora.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.valora.bench.fuzz.Expected.Content;
import dev.valora.bench.fuzz.Expected.Fate;
import dev.valora.bench.fuzz.Expected.Property;
import dev.valora.bench.fuzz.Expected.Recorded;
import dev.valora.bench.fuzz.Expected.Refused;
import dev.valora.bench.fuzz.Expected.Rejected;
import dev.valora.bench.fuzz.Expected.Taken;
import dev.valora.ingest.EventRecord;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.Rejection;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.parse.UsageParser;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives bodies to the parser and compares what comes of them with the oracle, down to the last field. One thread; the parser is
 * the same for all bodies, as it is on an event loop.
 */
final class BodyCheck {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int TIMINGS = 3;

    /** Beyond so many bytes a body may also be refused as too large. */
    private static final int LARGE_BYTES = 1 << 20;

    private final BodyOracle oracle = new BodyOracle();
    private final EventHash hash = new EventHash(new byte[EventHash.SECRET_BYTES]);
    private final Parser parser;
    private final UsageBatch batch = new UsageBatch(new Unheard());
    private final UsageBatch again = new UsageBatch(new Unheard());
    private final Rewriting rewriting = new Rewriting();

    /** What is tormented; as {@link UsageParser#parse}. */
    interface Parser {
        void parse(byte[] body, int length, boolean lines, UsageBatch batch);
    }

    /** Checks the server's own parser. */
    BodyCheck() {
        this(new UsageParser(new EventHash(new byte[EventHash.SECRET_BYTES]), new MeterRules().directory())::parse);
    }

    BodyCheck(Parser parser) {
        this.parser = parser;
    }

    /** What all bodies so far came to. */
    record Counts(long refused, long records, long rejections) {
        Counts plus(long moreRefused, long moreRecords, long moreRejections) {
            return new Counts(refused + moreRefused, records + moreRecords, rejections + moreRejections);
        }
    }

    private Counts counts = new Counts(0, 0, 0);

    Counts counts() {
        return counts;
    }

    /**
     * Checks one body.
     *
     * @param bytes the body, and behind it anything, which may be changed
     * @param length of the body
     */
    void check(byte[] bytes, int length, boolean lines) throws Finding {
        byte[] copy = Arrays.copyOf(bytes, length);
        String refusal = parse(bytes, length, lines);
        Finding.require(Arrays.equals(copy, 0, length, bytes, 0, length), "the body was changed");
        Expected expected = oracle.expect(bytes, length, lines);
        if (refusal != null) {
            counts = counts.plus(1, 0, 0);
            Finding.require(isEmpty(batch), "a refused body left something in the batch");
            requireRefusal(expected, refusal, length);
        } else if (expected instanceof Taken taken) {
            counts = counts.plus(0, batch.size(), batch.rejections().size());
            requireEqual(taken.fates());
            requireSameWhenWrittenAgain();
        } else {
            throw new Finding("taken, though it should be refused: " + expected);
        }
    }

    private static boolean isEmpty(UsageBatch batch) {
        return batch.size() == 0
                && batch.recordsLength() == 0
                && batch.rejections().isEmpty();
    }

    /** Returns the code of the refusal, null when the body was taken. Slow bodies get a second and a third chance. */
    private @Nullable String parse(byte[] bytes, int length, boolean lines) throws Finding {
        long fastest = Long.MAX_VALUE;
        String refusal = null;
        for (int timing = 0; timing < TIMINGS && fastest > NANOS_MAX; timing++) {
            long before = THREADS.getCurrentThreadCpuTime();
            refusal = parseOnce(bytes, length, lines);
            fastest = Math.min(fastest, THREADS.getCurrentThreadCpuTime() - before);
        }
        Finding.require(
                fastest <= NANOS_MAX,
                "took " + TimeUnit.NANOSECONDS.toMillis(fastest) + " ms of processor time for " + length + " bytes");
        return refusal;
    }

    private @Nullable String parseOnce(byte[] bytes, int length, boolean lines) throws Finding {
        batch.begin(MeterRules.ORGANIZATION, false);
        try {
            parser.parse(bytes, length, lines, batch);
            return null;
        } catch (ProblemException refused) {
            return refused.problem().code();
        } catch (RuntimeException | Error e) {
            throw new Finding("it threw " + e, e);
        }
    }

    private static void requireRefusal(Expected expected, String code, int length) throws Finding {
        Set<String> allowed = switch (expected) {
            case Refused refused -> refused.codes();
            case Taken taken -> taken.mayBeRefused() ? Set.of("malformed_json") : Set.of();
        };
        boolean isForItsSize = length > LARGE_BYTES && code.equals("body_too_large");
        Finding.require(allowed.contains(code) || isForItsSize, "refused as " + code + ", expected " + expected);
    }

    private void requireEqual(List<Fate> fates) throws Finding {
        int records = 0;
        int rejections = 0;
        int offset = 0;
        for (int index = 0; index < fates.size(); index++) {
            switch (fates.get(index)) {
                case Recorded recorded -> {
                    Finding.require(records < batch.size(), "no record for event " + index);
                    Finding.require(batch.recordOffset[records] == offset, "a gap before record " + records);
                    offset += batch.recordLength(records);
                    requireEqual(recorded, index, records++);
                }
                case Rejected rejected -> {
                    Finding.require(rejections < batch.rejections().size(), "no rejection for event " + index);
                    requireEqual(rejected, index, batch.rejections().get(rejections++));
                }
            }
        }
        Finding.require(
                records == batch.size() && rejections == batch.rejections().size() && offset == batch.recordsLength(),
                "more came of it than its " + fates.size() + " events");
    }

    private static void requireEqual(Rejected expected, int index, Rejection found) throws Finding {
        Finding.require(
                found.index() == index
                        && found.code().equals(expected.code())
                        && Objects.equals(found.idempotencyKey(), expected.key())
                        && found.pointer().startsWith(expected.pointer())
                        && !found.detail().isBlank(),
                "event " + index + " should be " + expected + ", is " + found);
    }

    private void requireEqual(Recorded expected, int index, int i) throws Finding {
        EventRecord record = new EventRecord().wrap(batch.records, batch.recordOffset[i]);
        Finding.require(
                batch.sourceIndex[i] == index
                        && record.length() == batch.recordLength(i)
                        && record.organization().equals(MeterRules.ORGANIZATION),
                "record " + i + " is not where it belongs");
        Content content = content(record);
        Finding.require(
                content.equals(expected.content()) && isCanonical(record),
                "event " + index + " should say " + expected.content() + ", says " + content);
        Finding.require(
                batch.verdict[i] == expected.verdict(),
                "event " + index + " should be " + expected.verdict() + ", is " + batch.verdict[i]);
        hash.hash(batch.records, batch.recordOffset[i]);
        Finding.require(
                batch.hashHigh[i] == hash.high()
                        && batch.hashLow[i] == hash.low()
                        && batch.fingerprint[i] == hash.fingerprint(),
                "event " + index + " has the hash of another");
    }

    private static boolean isCanonical(EventRecord record) {
        return record.hasValue() || (record.valueLength() == 0 && record.valueScale() == 0);
    }

    static Content content(EventRecord record) throws Finding {
        SortedMap<String, Property> properties = new TreeMap<>();
        int property = record.firstProperty();
        byte[] before = new byte[0];
        for (int i = 0; i < record.propertyCount(); i++) {
            int from = record.propertyName(property);
            byte[] name = Arrays.copyOfRange(record.bytes(), from, from + record.propertyNameLength(property));
            Finding.require(
                    i == 0 || Arrays.compareUnsigned(before, name) < 0, "the properties of a record are not sorted");
            before = name;
            int kind = record.propertyKind(property);
            boolean hasText = kind == RecordLayout.KIND_STRING || kind == RecordLayout.KIND_NUMBER;
            Finding.require(hasText || record.propertyTextLength(property) == 0, "a truth value with a text");
            properties.put(new String(name, UTF_8), new Property(kind, hasText ? record.propertyString(property) : ""));
            property = record.nextProperty(property);
        }
        Finding.require(property == record.offset() + record.length(), "a record does not end where its properties do");
        return new Content(
                record.key(),
                record.customer(),
                record.target(),
                record.isByType(),
                record.value(),
                record.isTimeDefaulted() ? null : record.eventMicros(),
                properties);
    }

    /** What the records say, written as JSON in another way, must come to the same records, byte by byte. */
    private void requireSameWhenWrittenAgain() throws Finding {
        if (batch.size() == 0) {
            return;
        }
        byte[] body = rewriting.body(batch);
        again.begin(MeterRules.ORGANIZATION, false);
        try {
            parser.parse(body, body.length, false, again);
        } catch (ProblemException refused) {
            throw new Finding("its records, written again, are refused: " + refused.problem(), refused);
        }
        Finding.require(
                again.size() == batch.size()
                        && Arrays.equals(
                                batch.records, 0, batch.recordsLength(), again.records, 0, again.recordsLength())
                        && Arrays.equals(batch.fingerprint, 0, batch.size(), again.fingerprint, 0, batch.size()),
                "its records, written again, come to others: " + new String(body, UTF_8));
    }
}

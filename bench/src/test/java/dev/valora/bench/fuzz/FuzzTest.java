package dev.valora.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.bench.fuzz.BodyCheck.Parser;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.EventHash;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.admission.Verdict;
import dev.valora.ingest.journal.ChronicleJournal;
import dev.valora.ingest.parse.UsageParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Some seconds of what {@code bench fuzz} does for minutes, once with a fixed seed and once with another each time. */
@Timeout(300)
final class FuzzTest {

    private static final long FIXED_SEED = 20_261_122;
    private static final int BODIES = 20_000;
    private static final int JOURNALS = 150;
    private static final int SECONDS_MAX = 60;

    /** Where a manifest says its format; see docs/journal-format.md. */
    private static final int MANIFEST_FORMAT = 12;

    @TempDir
    private Path directory = Path.of("");

    /** The fixed one, and the one asked for or another each time. */
    private static List<Long> seeds() {
        return List.of(FIXED_SEED, Long.getLong("valora.seed", new SplittableRandom().nextLong()));
    }

    @Test
    void shouldReadEveryBodyAsTheOracleDoes() {
        for (long seed : seeds()) {
            System.out.println("seed " + seed + "; again with -Dtest=FuzzTest -Dvalora.seed=" + seed);
            BodyFuzz fuzz = new BodyFuzz(seed, new BodyCheck());
            assertEquals(
                    List.of(),
                    new FuzzRun(fuzz, System.out::println, FuzzRun.FINDINGS_MAX).run(0, BODIES, SECONDS_MAX));
        }
    }

    @Test
    void shouldFindEveryDamageOfAJournal() throws IOException {
        for (long seed : seeds()) {
            System.out.println("seed " + seed + "; again with -Dtest=FuzzTest -Dvalora.seed=" + seed);
            JournalFuzz fuzz = JournalFuzz.prepare(directory.resolve("at-" + seed), seed);
            assertEquals(
                    List.of(),
                    new FuzzRun(fuzz, System.out::println, FuzzRun.FINDINGS_MAX).run(0, JOURNALS, SECONDS_MAX));
            assertFalse(fuzz.toString().startsWith("0 found"), fuzz::toString);
        }
    }

    @Test
    void shouldHaveJournalsThatLostTheirBeginning() throws IOException {
        List<JournalCorpus.Sample> shortened = JournalCorpus.write(directory, FIXED_SEED).stream()
                .filter(JournalCorpus.Sample::isShortened)
                .toList();
        assertEquals(
                List.of("closed-shortened", "died-shortened"),
                shortened.stream().map(JournalCorpus.Sample::name).toList());
        for (JournalCorpus.Sample sample : shortened) {
            JournalBeginnings.Beginning beginning = sample.beginning();
            assertEquals(2, beginning.removed().size());
            assertEquals(1, beginning.olderCarried().size());
            assertTrue(beginning.carried().count() > 1, "meters are carried");
            assertFalse(sample.dataFiles().getFirst().startsWith("0000000001"), "the first file is gone");
            assertEquals(
                    List.of(1, 2),
                    sample.oldManifests().stream()
                            .map(manifest -> RecordLayout.getU16(manifest, MANIFEST_FORMAT))
                            .distinct()
                            .toList());
            try (ChronicleJournal journal = ChronicleJournal.open(sample.directory(), JournalCorpus.OPTIONS)) {
                assertEquals(beginning.firstSequence(), journal.firstSequence());
                assertEquals(sample.sequence(sample.entries().size() - 1), journal.forcedSequence());
            }
        }
    }

    @Test
    void shouldTellWhichCaseThrewAndGoOn() {
        List<Long> cases = new ArrayList<>();
        Fuzz fuzz = number -> {
            cases.add(number);
            if (number == 42 || number == 44) {
                throw new IllegalStateException("planted");
            }
            if (number == 43) {
                throw new StackOverflowError();
            }
        };
        List<String> told = new ArrayList<>();
        List<String> findings = new FuzzRun(fuzz, told::add, FuzzRun.FINDINGS_MAX).run(40, 6, SECONDS_MAX);

        assertEquals(List.of(40L, 41L, 42L, 43L, 44L, 45L), cases);
        assertEquals(
                List.of(
                        "case 42: the case itself threw java.lang.IllegalStateException: planted",
                        "case 43: the case itself threw java.lang.StackOverflowError"),
                findings,
                "one of each kind");
        assertTrue(told.getFirst().startsWith("FOUND, case 42: "), told::toString);
    }

    @Test
    void shouldShowTheBodyThatBreaksTheCheckItself() {
        UsageParser right =
                new UsageParser(new EventHash(new byte[EventHash.SECRET_BYTES]), new MeterRules().directory());
        AtomicReference<@Nullable UsageBatch> first = new AtomicReference<>();
        Parser breaksOnTheSecondBatch = (body, length, lines, batch) -> {
            if (!first.compareAndSet(null, batch) && first.get() != batch) {
                throw new IllegalStateException("planted");
            }
            right.parse(body, length, lines, batch);
        };
        BodyFuzz fuzz = new BodyFuzz(FIXED_SEED, new BodyCheck(breaksOnTheSecondBatch));
        List<String> findings = new FuzzRun(fuzz, told -> {}, 1).run(0, BODIES, SECONDS_MAX);
        assertTrue(
                findings.getFirst()
                        .matches(
                                "(?s)case \\d+: it threw java.lang.IllegalStateException: planted\n(document|lines): .+"),
                findings::toString);
    }

    /** What a parser may do wrong. */
    enum Bug {
        FORGETS_A_BYTE_OF_THE_KEY,
        ROUNDS_THE_TIME,
        DROPS_THE_LAST_EVENT,
        TAKES_AN_UNKNOWN_METER,
        READS_BEHIND_THE_END,
        TAKES_A_COMMA_AT_THE_END,
        THROWS,
        CHANGES_THE_BODY,
        MIXES_UP_HASHES,
        IS_SLOW
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void shouldFindThePlantedBug(Bug bug) {
        UsageParser right =
                new UsageParser(new EventHash(new byte[EventHash.SECRET_BYTES]), new MeterRules().directory());
        BodyFuzz fuzz = new BodyFuzz(FIXED_SEED, new BodyCheck(wrong(bug, right)));
        List<String> told = new ArrayList<>();
        List<String> findings = new FuzzRun(fuzz, told::add, 1).run(0, BODIES, SECONDS_MAX);
        assertFalse(findings.isEmpty(), () -> bug + " was not found: " + told);
    }

    private static Parser wrong(Bug bug, UsageParser right) {
        return (body, length, lines, batch) -> {
            boolean endsWithComma = length > 1 && body[length - 1] == ',';
            int read = switch (bug) {
                case READS_BEHIND_THE_END -> Math.min(body.length, length + 1);
                case TAKES_A_COMMA_AT_THE_END -> endsWithComma ? length - 1 : length;
                default -> length;
            };
            right.parse(body, read, lines, batch);
            if (batch.size() > 0) {
                spoil(bug, body, batch);
            }
        };
    }

    private static void spoil(Bug bug, byte[] body, UsageBatch batch) {
        int last = batch.size() - 1;
        int record = batch.recordOffset[last];
        switch (bug) {
            case FORGETS_A_BYTE_OF_THE_KEY -> batch.records[record + RecordLayout.EVENT_FIXED_BYTES]++;
            case ROUNDS_THE_TIME ->
                RecordLayout.putLong(
                        batch.records,
                        record + RecordLayout.EVENT_TIME,
                        RecordLayout.getLong(batch.records, record + RecordLayout.EVENT_TIME) / 1_000 * 1_000);
            case DROPS_THE_LAST_EVENT -> batch.rejections().clear();
            case TAKES_AN_UNKNOWN_METER -> batch.verdict[last] = Verdict.ACCEPTED;
            case THROWS -> {
                if (batch.size() > 10) {
                    throw new ArrayIndexOutOfBoundsException("planted");
                }
            }
            case CHANGES_THE_BODY -> body[0] = ' ';
            case MIXES_UP_HASHES -> batch.fingerprint[last] ^= 1;
            case IS_SLOW -> {
                long until = System.nanoTime() + 60_000_000;
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
            }
            case READS_BEHIND_THE_END, TAKES_A_COMMA_AT_THE_END -> {
                // Done where it was parsed.
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"idempotency_key\":\"k\",\"customer\":\"c\",\"meter\":\"calls\"} | Taken",
                "[{\"idempotency_key\":\"k\",\"customer\":\"c\",\"meter\":\"calls\"},1] | Taken",
                "{\"events\":[1]} | Taken",
                "\"events\":[1]} | Refused",
                "{\"events\":[]} | Refused",
                "{\"events\":[1],\"atomic\":true} | Refused",
                "{\"customer\":\"a\",\"customer\":\"a\"} | Refused",
                "{\"properties\":{\"a\":1,\"\\u0061\":1}} | Refused",
                "[1 | Refused",
                "1 | Refused"
            })
    void shouldKnowWhatABodyIs(String body, String expected) {
        byte[] bytes = body.getBytes(UTF_8);
        assertEquals(
                expected,
                new BodyOracle().expect(bytes, bytes.length, false).getClass().getSimpleName());
    }

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "1.50,1.5",
        "12e3,12000",
        "1e17,100000000000000000",
        "0e999999999999,0",
        "-0.0,0",
        "5E-12,0.000000000005"
    })
    void shouldReadDecimals(String text, String plain) {
        assertEquals(plain, Literals.value(text).orElseThrow().toPlainString());
    }

    @ParameterizedTest
    @CsvSource({"1e18", "1e-13", "01", "+1", ".5", "1.", "1e", "1e99999999999999999999", "0x1"})
    void shouldRefuseWhatIsNoValue(String text) {
        assertTrue(Literals.value(text).isEmpty());
    }

    @Test
    void shouldRepeatACaseFromItsNumber() throws Finding {
        Parser failing = (body, length, lines, batch) -> {
            throw new IllegalStateException(new String(body, 0, length, UTF_8));
        };
        List<String> once = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            BodyFuzz fuzz = new BodyFuzz(7, new BodyCheck(failing));
            once.add(String.valueOf(
                    assertThrows(Finding.class, () -> fuzz.run(42)).getMessage()));
        }
        assertEquals(once.getFirst(), once.getLast());
    }
}

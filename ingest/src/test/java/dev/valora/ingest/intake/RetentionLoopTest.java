package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.MeterJournal;
import dev.valora.ingest.Position;
import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.Verdict;
import dev.valora.ingest.retention.Hold;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journal files that go while the writer goes on, and what is known afterwards. */
final class RetentionLoopTest {

    @TempDir
    Path parent;

    private final RetainedJournal.World world = new RetainedJournal.World();
    private TenDayFiles files;

    @BeforeEach
    void begin() {
        files = new TenDayFiles(world, parent.resolve("data"));
    }

    private String verdicts(RetainedJournal retained) {
        StringBuilder fates = new StringBuilder();
        for (int day = 0; day < 80; day += 10) {
            Verdict first = retained.send(files.day(retained, day)).getFirst();
            fates.append(first.name(), 0, 1);
        }
        return fates.toString();
    }

    private static List<String> names(Path directory) {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.matches("\\d{10}.*"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldForgetWhatWentAndKnowTheRest() {
        files.write(8);
        world.later(40); // it is day 120
        try (RetainedJournal retained = files.open()) {
            assertEquals("DDDDDDDD", verdicts(retained));
            retained.apply();
            retained.removeWhatMayGo();
            assertEquals(2, retained.removedBytes.size(), "the files of day 0 and 10 are more than 100 days old");
            assertEquals(Set.of(Hold.RETENTION), retained.retention.holds());
            assertEquals("0000000003", names(parent.resolve("data/journal")).getFirst());
            assertEquals("0000000003.keys", names(parent.resolve("data/keys")).getFirst());

            long keys = retained.index.size();
            assertKnownAfterwards(retained);
            retained.purge();
            assertEquals(keys - 3, retained.index.size(), "d0, d10 and now10 go; now0 came again");
        }
        for (boolean hasKeyFiles : new boolean[] {true, false}) {
            if (!hasKeyFiles) {
                deleteAll(parent.resolve("data/keys"));
            }
            try (RetainedJournal again = files.open()) {
                assertEquals("TTDDDDDD", verdicts(again));
                assertEquals(
                        Verdict.DUPLICATE,
                        again.send(again.batch().event("now0", "sum", 1, null)).getFirst());
                assertMeters(again);
            }
        }
    }

    /** A setting that was raised afterwards brings no forgotten key back. */
    @Test
    void shouldRefuseWhatItMayHaveForgottenWhateverAgeIsAllowed() {
        files.write(8);
        world.later(40);
        try (RetainedJournal retained = files.open()) {
            retained.apply();
            retained.removeWhatMayGo();
        }
        try (RetainedJournal patient = new RetainedJournal(world, parent.resolve("data"), 36_500)) {
            assertEquals("TTDDDDDD", verdicts(patient));
            long hourBehind = files.micros(10) + 3_600_000_000L;
            assertEquals(
                    List.of(Verdict.TIMESTAMP_TOO_OLD, Verdict.ACCEPTED),
                    patient.send(
                            patient.batch().event("a", "sum", 1, hourBehind).event("b", "sum", 1, hourBehind + 1)));
        }
    }

    private void assertKnownAfterwards(RetainedJournal retained) {
        assertEquals(
                List.of(Verdict.TIMESTAMP_TOO_OLD, Verdict.ACCEPTED),
                retained.send(files.day(retained, 0)),
                "an event without a time of its own counts again, as is told");
        assertEquals(
                Verdict.TIMESTAMP_TOO_OLD,
                retained.send(retained.batch().event("d10", "sum", 1, files.micros(10)))
                        .getFirst());
        assertEquals(List.of(Verdict.DUPLICATE, Verdict.DUPLICATE), retained.send(files.day(retained, 20)));
        assertEquals(Verdict.CONFLICT, retained.send("d20", "sum", 9));
        assertMeters(retained);
    }

    /** Meters that were defined in removed files. */
    private static void assertMeters(RetainedJournal retained) {
        assertEquals(Verdict.ARCHIVED_METER, retained.send("x", "old", 1));
        assertInstanceOf(
                MeterJournal.Archiving.AlreadyArchived.class,
                retained.done(retained.loop.archive(TestBatch.ORGANIZATION, "old")));
        assertEquals(
                List.of("old 2/0 to 4/0", "peak 3/0 on", "sum 1/0 on"),
                retained.meters.all().stream()
                        .filter(meter -> !meter.definition().code().equals("young"))
                        .map(meter -> meter.definition().code() + " " + Position.unpack(meter.definedAt())
                                + (meter.isArchived() ? " to " + Position.unpack(meter.archivedAt()) : " on"))
                        .sorted()
                        .toList());
    }

    private static void deleteAll(Path directory) {
        try (Stream<Path> paths = Files.list(directory)) {
            for (Path file : paths.toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What another server finds that starts on the data directory of one that died between two steps. */
    @Test
    void shouldGoOnFromWhereverItDied() throws IOException {
        files.write(8);
        world.later(40);
        List<Path> images = new ArrayList<>();
        try (RetainedJournal retained = files.open()) {
            retained.apply();
            images.add(image("0"));
            do {
                retained.pass(1);
                images.add(image(String.valueOf(images.size())));
            } while (retained.retention.doWork() > 0);
            images.add(image("last"));
        }
        assertTrue(images.size() >= 8, images.size() + " images");
        Set<String> beginnings = new java.util.TreeSet<>();
        for (Path path : images) {
            try (RetainedJournal died = new RetainedJournal(world, path)) {
                boolean isRemoved = died.journal.firstSequence() > 1;
                beginnings.add(isRemoved ? "removed" : "whole");
                assertMeters(died);
                assertEquals(isRemoved ? "TTDDDDDD" : "DDDDDDDD", verdicts(died), path.toString());
                died.apply();
                died.removeWhatMayGo();
                assertEquals("0000000003", names(path.resolve("journal")).getFirst());
                assertEquals("0000000003.keys", names(path.resolve("keys")).getFirst());
                assertMeters(died);
            }
            try (RetainedJournal again = new RetainedJournal(world, path)) {
                assertEquals("TTDDDDDD", verdicts(again));
                assertMeters(again);
            }
        }
        assertEquals(Set.of("removed", "whole"), beginnings);
    }

    private Path image(String name) {
        Path data = parent.resolve("data");
        Path image = parent.resolve("image-" + name);
        try (Stream<Path> paths = Files.walk(data)) {
            for (Path path : paths.toList()) {
                Files.copy(path, image.resolve(data.relativize(path).toString()));
            }
            return image;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldNameWhatHoldsTheOldestFile() {
        try (RetainedJournal retained = new RetainedJournal(world, parent.resolve("new"))) {
            retained.removeWhatMayGo();
            assertEquals(Set.of(), retained.retention.holds(), "there is no file but the one that is written");
        }
        files.write(3);
        world.later(100);
        try (RetainedJournal retained = files.open()) {
            retained.done(retained.loop.tick());
            retained.applyOnly(2);
            retained.removeWhatMayGo();
            assertEquals(Set.of(Hold.NOT_APPLIED), retained.retention.holds());
            assertEquals(0, world.asked, "billing was asked in vain");

            world.unbilled = () -> {
                throw new DatabaseException("PostgreSQL is away", null, null);
            };
            retained.apply();
            retained.removeWhatMayGo();
            assertEquals(Set.of(Hold.DATABASE_AWAY), retained.retention.holds());
            world.unbilled = () -> Instant.parse("2026-01-01T00:00:00Z");
            retained.removeWhatMayGo();
            assertEquals(1, world.asked, "asked again within a minute");
            retained.pass(60);
            retained.removeWhatMayGo();
            assertEquals(Set.of(Hold.OPEN_CYCLE), retained.retention.holds());

            world.unbilled = () -> Instant.parse("2026-01-11T00:30:00Z");
            retained.removeWhatMayGo();
            assertEquals(2, world.asked);
            assertEquals(List.of(), retained.removedBytes);
            retained.pass(600);
            retained.removeWhatMayGo();
            assertEquals(Set.of(Hold.OPEN_CYCLE), retained.retention.holds(), "usage may be an hour ahead");
            assertEquals(1, retained.removedBytes.size());
            world.unbilled = () -> Instant.MAX;
            world.micros.addAndGet(3_600_000_000L);
            retained.apply();
            retained.removeWhatMayGo();
            assertEquals(Set.of(), retained.retention.holds());
            assertEquals(3, retained.removedBytes.size());
        }
    }

    @Test
    void shouldNotLetAFileGoForWhatBillingSaidBefore() {
        files.write(3);
        world.later(100);
        try (RetainedJournal retained = files.open()) {
            retained.done(retained.loop.tick());
            retained.applyOnly(retained.journal.sealedFiles().getFirst().lastSequence());
            retained.removeWhatMayGo();
            assertEquals(1, retained.removedBytes.size());

            // A subscription is made that begins in the past.
            world.unbilled = () -> Instant.parse("2026-01-01T00:00:00Z");
            retained.apply();
            retained.removeWhatMayGo();
            assertEquals(Set.of(Hold.OPEN_CYCLE), retained.retention.holds());
            assertEquals(1, retained.removedBytes.size());
        }
    }

    @Test
    void shouldTryAgainWhenTheDiskRefuses() throws IOException {
        files.write(3);
        world.later(100);
        try (RetainedJournal retained = files.open()) {
            retained.apply();
            Path inTheWay = Files.createDirectory(parent.resolve("data/journal/carried.new"));
            retained.removeWhatMayGo();
            assertEquals(Set.of(Hold.DISK), retained.retention.holds());
            Files.delete(inTheWay);
            retained.removeWhatMayGo();
            assertEquals(List.of(), retained.removedBytes, "tried again within a minute");
            retained.pass(60);
            Files.createFile(parent.resolve("data/journal/0000000001/in the way"));
            Files.createDirectories(parent.resolve("data/journal/0000000001/full/of"));
            retained.removeWhatMayGo();
            assertEquals(Set.of(Hold.DISK), retained.retention.holds());
            assertTrue(retained.journal.firstSequence() > 1, "the journal begins later already");
            Files.delete(parent.resolve("data/journal/0000000001/full/of"));
            retained.pass(60);
            retained.removeWhatMayGo();
            assertEquals(3, retained.removedBytes.size());
            assertEquals("0000000004", names(parent.resolve("data/journal")).getFirst());
        }
    }

    @Test
    void shouldNotWriteTheKeyFileOfAFileThatWent() throws IOException {
        files.write(3);
        world.later(100);
        try (RetainedJournal retained = files.open()) {
            deleteAll(parent.resolve("data/keys"));
            KeyFileLoop behind = retained.keyFileLoop;
            retained.apply();
            retained.removeWhatMayGo();
            while (behind.doWork() > 0) {
                assertFalse(Files.exists(parent.resolve("data/keys/0000000001.keys")));
            }
            assertEquals(List.of(), names(parent.resolve("data/keys")));
        }
    }
}

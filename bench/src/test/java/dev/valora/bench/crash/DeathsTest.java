package dev.valora.bench.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.bench.books.Findings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which directories stay, with servers whose fate is told beforehand. */
final class DeathsTest {

    private static final long SEED = 5;

    @TempDir
    private Path parent = Path.of("");

    private final List<String> told = new ArrayList<>();
    private final List<Long> seeds = new ArrayList<>();
    private final List<Boolean> last = new ArrayList<>();
    private int deaths;
    private int stops;
    private int closes;

    private record Told(Account account) implements Accounted {}

    /** What becomes of the n-th death in all. */
    private interface Fate {
        Account of(int number) throws IOException;
    }

    private final class ToldServer implements MortalServer<Told> {
        private final Fate fate;

        private ToldServer(Fate fate) {
            this.fate = fate;
        }

        @Override
        public Told die(boolean isLast) throws IOException {
            deaths++;
            last.add(isLast);
            return new Told(fate.of(deaths));
        }

        @Override
        public void stop() {
            stops++;
        }

        @Override
        public void close() {
            closes++;
        }
    }

    private static Account account(List<String> lost) {
        Findings.Wrong wrong = new Findings.Wrong(lost, List.of(), List.of(), List.of(), List.of(), List.of());
        return new Account(40, 900, new Findings(10, 9, 2, 1, wrong), new Findings(10, 10, 2, 0, wrong), 0);
    }

    /** Five deaths, two in a directory. */
    private Deaths<Told> deaths(Fate fate) {
        return new Deaths<>(
                new Deaths.Plan("round", 5, 2, parent),
                (home, seed) -> {
                    seeds.add(seed);
                    Files.writeString(home.resolve("evidence"), "of a death");
                    return new ToldServer(fate);
                },
                told::add);
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> homes = Files.list(parent)) {
            return homes.toList();
        }
    }

    @Test
    void shouldLeaveNothingWhenEveryDeathIsExact() throws Exception {
        Deaths<Told> deaths = deaths(number -> account(List.of()));
        assertTrue(deaths.run(SEED));

        assertEquals(5, deaths.done().size());
        assertEquals(List.of(false, true, false, true, true), last);
        assertEquals(3, stops);
        assertEquals(3, closes);
        assertEquals(3, seeds.stream().distinct().count());
        assertEquals(30, deaths.acknowledged());
        assertEquals(6, deaths.voided());
        assertEquals(5, told.size());
        assertEquals(List.of(), left());
    }

    @Test
    void shouldLeaveAndNameTheDirectoryOfADeathThatIsNotExact() throws Exception {
        Deaths<Told> deaths = deaths(number -> account(number == 3 ? List.of("key-7") : List.of()));
        assertFalse(deaths.run(SEED));

        assertEquals(3, deaths.done().size());
        assertEquals(1, stops);
        assertEquals(2, closes);
        assertTrue(told.get(2).contains("WRONG") && told.get(2).contains("key-7"), told::toString);
        expectOneLeft("round 3 is not exact; what it left is in ");
    }

    @Test
    void shouldLeaveAndNameTheDirectoryOfARunThatBreaksOff() throws Exception {
        Deaths<Told> deaths = deaths(number -> {
            if (number == 4) {
                throw new IllegalStateException("not ready in time");
            }
            return account(List.of());
        });
        assertEquals(
                "not ready in time",
                assertThrows(IllegalStateException.class, () -> deaths.run(SEED))
                        .getMessage());

        assertEquals(3, deaths.done().size());
        assertEquals(2, closes);
        expectOneLeft("it broke off after 3 of 5; what it left is in ");
    }

    private void expectOneLeft(String said) throws IOException {
        assertEquals(1, left().size());
        Path home = left().getFirst();
        assertEquals(said + home, told.getLast());
        assertTrue(Files.exists(home.resolve("evidence")), "what was found is there");
    }

    @Test
    void shouldLeaveNoDirectoryInWhichNothingWasBegun() throws Exception {
        Deaths<Told> deaths = new Deaths<>(
                new Deaths.Plan("round", 5, 2, parent),
                (home, seed) -> {
                    throw new LoopDisk.CannotMountException(new IllegalStateException("no loop devices"));
                },
                told::add);
        assertThrows(LoopDisk.CannotMountException.class, () -> deaths.run(SEED));
        assertEquals(List.of(), told);
        assertEquals(List.of(), left());
    }
}

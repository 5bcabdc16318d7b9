package dev.valora.bench.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages the copy of a journal in one way. Follows from the random numbers alone. */
final class JournalDamage {

    private static final Path MANIFEST = Path.of("manifest");
    private static final Path CARRIED = Path.of("carried");
    private static final int PAGE_BYTES = 4_096;
    private static final int BITS_MAX = 8;

    private final SplittableRandom random;
    private final JournalCorpus.Sample sample;
    private final Path copy;

    /** @param copy of the sample's directory */
    JournalDamage(SplittableRandom random, JournalCorpus.Sample sample, Path copy) {
        this.random = random;
        this.sample = sample;
        this.copy = copy;
    }

    /**
     * What was done.
     *
     * @param file relative to the journal
     * @param what in words
     */
    record Done(Path file, String what) {}

    Done strike() throws IOException {
        return sample.isShortened() && random.nextInt(4) == 0 ? strikeBeginning() : strikeAnywhere();
    }

    /** What is there only after a removal. */
    private Done strikeBeginning() throws IOException {
        return switch (random.nextInt(8)) {
            case 0 -> remove(CARRIED);
            case 1, 2 -> putBack(CARRIED, sample.beginning().olderCarried(), "put an older one back");
            case 3 -> removedFile();
            default -> change(CARRIED, this::spoilWhole);
        };
    }

    private Done strikeAnywhere() throws IOException {
        List<Path> files = sample.dataFiles();
        Path file = random.nextInt(3) == 0 ? files.getLast() : files.get(random.nextInt(files.size()));
        return switch (random.nextInt(20)) {
            case 0 -> change(MANIFEST, this::spoilWhole);
            case 1 -> putBack(MANIFEST, sample.oldManifests(), "put an older manifest back");
            case 2 -> change(file.resolveSibling("metadata.cq4t"), bytes -> flip(bytes, bytes.length));
            case 3 -> delete(file);
            case 4 -> anothersFile(file);
            case 5 -> change(file, bytes -> truncated(bytes, sample.end(file)));
            case 6 -> change(file, this::extended);
            case 7, 8, 9 -> change(file, bytes -> zeroed(bytes, sample.end(file)));
            case 10, 11, 12 -> change(file, bytes -> doubled(bytes, sample.end(file)));
            default -> change(file, bytes -> flip(bytes, sample.end(file)));
        };
    }

    private interface Change {
        Spoiled of(byte[] bytes);
    }

    /** Bytes after it, and what it was. */
    private static final class Spoiled {
        private final byte[] bytes;
        private final String what;

        private Spoiled(byte[] bytes, String what) {
            this.bytes = bytes;
            this.what = what;
        }
    }

    private Done change(Path file, Change change) throws IOException {
        Spoiled spoiled = change.of(Files.readAllBytes(copy.resolve(file)));
        Files.write(copy.resolve(file), spoiled.bytes);
        return new Done(file, spoiled.what);
    }

    private Spoiled flip(byte[] bytes, int end) {
        int bits = random.nextInt(2) == 0 ? 1 : 1 + random.nextInt(BITS_MAX);
        StringBuilder what = new StringBuilder("flipped bits");
        for (int i = 0; i < bits; i++) {
            int at = random.nextInt(Math.min(bytes.length, end + PAGE_BYTES));
            int bit = random.nextInt(Byte.SIZE);
            bytes[at] ^= (byte) (1 << bit);
            what.append(' ').append(at).append('.').append(bit);
        }
        return new Spoiled(bytes, what.toString());
    }

    private Spoiled zeroed(byte[] bytes, int end) {
        boolean wholePage = random.nextBoolean();
        int at = random.nextInt(end) & (wholePage ? -PAGE_BYTES : -1);
        int length = wholePage ? PAGE_BYTES * (1 + random.nextInt(2)) : 1 + random.nextInt(PAGE_BYTES);
        Arrays.fill(bytes, at, Math.min(bytes.length, at + length), (byte) 0);
        return new Spoiled(bytes, "zeroed " + length + " bytes at " + at);
    }

    private Spoiled doubled(byte[] bytes, int end) {
        boolean wholePage = random.nextBoolean();
        int mask = wholePage ? -PAGE_BYTES : -4;
        int length = wholePage ? PAGE_BYTES * (1 + random.nextInt(4)) : 4 + random.nextInt(PAGE_BYTES);
        int from = random.nextInt(end) & mask;
        int to = random.nextInt(end) & mask;
        length = Math.min(length, bytes.length - Math.max(from, to));
        System.arraycopy(bytes.clone(), from, bytes, to, length);
        return new Spoiled(bytes, "copied " + length + " bytes from " + from + " to " + to);
    }

    private Spoiled truncated(byte[] bytes, int end) {
        int length = random.nextInt(3) == 0 ? random.nextInt(2 * PAGE_BYTES) : random.nextInt(end + PAGE_BYTES);
        int kept = Math.min(bytes.length, length);
        return new Spoiled(Arrays.copyOf(bytes, kept), "cut off at " + kept);
    }

    private Spoiled extended(byte[] bytes) {
        int more = 1 + random.nextInt(4 * PAGE_BYTES);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more);
        boolean withBytes = random.nextBoolean();
        for (int i = bytes.length; withBytes && i < longer.length; i++) {
            longer[i] = (byte) random.nextInt();
        }
        return new Spoiled(longer, "extended by " + more + (withBytes ? " random bytes" : " zeros"));
    }

    /** Of a file that has a checksum over all of it. */
    private Spoiled spoilWhole(byte[] bytes) {
        return switch (random.nextInt(3)) {
            case 0 -> truncated(bytes, bytes.length);
            case 1 -> extended(bytes);
            default -> flip(bytes, bytes.length);
        };
    }

    private Done putBack(Path file, List<byte[]> older, String what) throws IOException {
        Files.write(copy.resolve(file), older.get(random.nextInt(older.size())));
        return new Done(file, what);
    }

    /** As when a process died before it had deleted what the manifest no longer lists. */
    private Done removedFile() throws IOException {
        List<Path> removed = sample.beginning().removed();
        Path file = removed.get(random.nextInt(removed.size()));
        JournalCorpus.copy(file, copy.resolve(file.getFileName()));
        return new Done(file.getFileName(), "put the removed file back");
    }

    private Done delete(Path file) throws IOException {
        return remove(random.nextInt(4) == 0 ? MANIFEST : file);
    }

    private Done remove(Path file) throws IOException {
        Files.delete(copy.resolve(file));
        return new Done(file, "removed it");
    }

    private Done anothersFile(Path file) throws IOException {
        List<Path> files = sample.dataFiles();
        Path other = files.get(random.nextInt(files.size()));
        Files.write(copy.resolve(file), Files.readAllBytes(sample.directory().resolve(other)));
        return new Done(file, "put " + other + " in its place");
    }
}

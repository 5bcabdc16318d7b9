package dev.valora.bench.crash;

import dev.valora.bench.server.Directories;
import dev.valora.bench.server.Distribution;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Cuts Valora's power under load, image after image, and compares with the books. */
@Command(
        name = "power-cut",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Load on a file system of its own, stopped around a roll of the journal; what its device held then is copied,",
            "the server starts on the copy, account, send again, account. Needs root, to mount a file system in a file.",
            "One line an image; ends with status 1 at the first that is not exact, and leaves it."
        })
public final class PowerCutCommand implements Callable<Integer> {

    private static final int IMAGES_MAX = 1_000;

    private final InstantSource clock;

    @Option(names = "--images", defaultValue = "10", description = "1 to 1000")
    private int images;

    @Option(names = "--seed", description = "of all choices; default: another one each time")
    private @Nullable Long seed;

    @Option(names = "--images-a-disk", defaultValue = "5", description = "then a new file system is begun")
    private int imagesADisk;

    @Option(
            names = "--durability",
            defaultValue = "fsync",
            description = "fsync, or os to see that what is not forced is found to be lost")
    private String durability = "fsync";

    @Option(names = "--directory", description = "where images are made; default bench/target/power-cut")
    private @Nullable Path directory;

    private final List<PowerCutImage> done = new ArrayList<>();

    /** @param clock the wall time that the server sees too */
    public PowerCutCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (images < 1 || images > IMAGES_MAX || imagesADisk < 1) {
            throw new IllegalArgumentException("images must be 1 to " + IMAGES_MAX);
        }
        long first = seed == null ? new Random().nextLong() : seed;
        System.out.println("seed " + first + "; again with: bench power-cut --seed " + first + " --images " + images);
        Random seeds = new Random(first);
        Path parent = directory == null ? Distribution.sourceRoot().resolve("bench/target/power-cut") : directory;
        while (done.size() < images) {
            Path home = Directories.temporary(parent);
            try {
                if (!runIn(home, seeds.nextLong())) {
                    System.out.println("The image is left in " + home);
                    return 1;
                }
                Directories.delete(home);
            } catch (LoopDisk.CannotMountException e) {
                Directories.delete(home);
                System.err.println(e.getMessage());
                return 2;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d power cuts, %d of them in a roll; lost, doubled, unexpected, refused or voided but present: 0%n",
                done.size(),
                done.stream().filter(image -> image.state().isInRoll()).count());
        return 0;
    }

    /** Whether every image was exact. */
    private boolean runIn(Path home, long diskSeed) throws IOException, InterruptedException {
        try (PowerCutRun run = PowerCutRun.start(home, durability, diskSeed, clock)) {
            for (int i = 0; i < imagesADisk && done.size() < images; i++) {
                PowerCutImage image = run.cut();
                done.add(image);
                System.out.println("image " + done.size() + ": " + image);
                if (!image.isClean()) {
                    return false;
                }
            }
            run.stop();
        }
        return true;
    }
}

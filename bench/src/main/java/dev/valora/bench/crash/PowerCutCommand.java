package dev.valora.bench.crash;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Cuts Valora's power under load, image after image, and compares with the books. */
@Command(
        name = "power-cut",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Load on a file system of its own, stopped around a roll of the journal; what its device held then is copied,",
            "the server starts on the copy, account, send again, account. Needs root, to mount a file system in a file.",
            "One line an image; ends with status 1 at the first that is not exact or breaks off, and leaves it."
        })
public final class PowerCutCommand implements Callable<Integer> {

    private static final int IMAGES_MAX = 1_000;

    private final InstantSource clock;

    @Option(names = "--images", defaultValue = "10", description = "1 to 1000")
    private int images;

    @Option(names = "--images-a-disk", defaultValue = "5", description = "then a new file system is begun")
    private int imagesADisk;

    @Option(
            names = "--durability",
            defaultValue = "fsync",
            description = "fsync, or os to see that what is not forced is found to be lost")
    private String durability = "fsync";

    @Mixin
    private DeathOptions options = new DeathOptions();

    /** @param clock the wall time that the server sees too */
    public PowerCutCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (images < 1 || images > IMAGES_MAX || imagesADisk < 1) {
            throw new IllegalArgumentException("images must be 1 to " + IMAGES_MAX);
        }
        long seed = options.seed();
        System.out.println(again(seed));
        Deaths<PowerCutImage> deaths = new Deaths<>(
                new Deaths.Plan("image", images, imagesADisk, options.parent("power-cut")),
                (home, homeSeed) -> PowerCutRun.start(home, durability, homeSeed, clock),
                System.out::println);
        try {
            if (!deaths.run(seed)) {
                return 1;
            }
        } catch (LoopDisk.CannotMountException e) {
            System.err.println(e.getMessage());
            return 2;
        }
        System.out.println(summary(deaths.done()));
        return 0;
    }

    String again(long seed) {
        return options.again(
                "power-cut",
                seed,
                "--images " + images + " --images-a-disk " + imagesADisk + " --durability " + durability);
    }

    private static String summary(List<PowerCutImage> done) {
        return done.size() + " power cuts, "
                + done.stream().filter(image -> image.state().isInRoll()).count()
                + " of them in a roll; lost, doubled, unexpected, refused or voided but present: 0";
    }
}

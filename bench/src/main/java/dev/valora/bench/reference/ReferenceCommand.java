package dev.valora.bench.reference;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a reference server in the foreground until the process is told to end. */
@Command(
        name = "reference",
        mixinStandardHelpOptions = true,
        description = "A server on loopback that answers usage requests and keeps nothing.")
public final class ReferenceCommand implements Callable<Integer> {

    @Option(
            names = "--kind",
            defaultValue = "THROW_AWAY",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private ReferenceKind kind = ReferenceKind.THROW_AWAY;

    @Option(names = "--port", defaultValue = "0", description = "0 for any free one, which is the default")
    private int port;

    @Override
    public Integer call() throws InterruptedException {
        try (ReferenceServer server = ReferenceServer.start(kind, port)) {
            System.out.println("ready http://127.0.0.1:" + server.port() + " " + kind);
            new CountDownLatch(1).await();
        }
        return 0;
    }
}

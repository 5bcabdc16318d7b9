package dev.valora.bench.reference;

import dev.valora.bench.server.Directories;
import dev.valora.bench.server.Distribution;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a reference server in the foreground until the process is told to end. */
@Command(
        name = "reference",
        mixinStandardHelpOptions = true,
        description = "A server on loopback that answers usage requests and does less than Valora.")
public final class ReferenceCommand implements Callable<Integer> {

    @Option(
            names = "--kind",
            defaultValue = "THROW_AWAY",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private ReferenceKind kind = ReferenceKind.THROW_AWAY;

    @Option(names = "--port", defaultValue = "0", description = "0 for any free one, which is the default")
    private int port;

    @Option(
            names = "--directory",
            description =
                    "where a server that stores keeps its PostgreSQL; default: a new one in bench/target/reference")
    private @Nullable Path directory;

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        if (!kind.needsDatabase()) {
            try (ReferenceServer server = ReferenceServer.start(kind, port)) {
                System.out.println("ready http://127.0.0.1:" + server.port() + " " + kind);
                ended.await();
            }
            return 0;
        }
        try (EventDatabase database = EventDatabase.start(directory())) {
            // The process ends by a signal, and PostgreSQL must not outlive it.
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(database::close));
            try (ReferenceServer server = ReferenceServer.start(vertx -> sink(database, vertx), port)) {
                System.out.println("ready http://127.0.0.1:" + server.port() + " " + kind + " " + database.url());
                ended.await();
            }
        }
        return 0;
    }

    private BodySink sink(EventDatabase database, io.vertx.core.Vertx vertx) {
        var client = database.client(vertx, Runtime.getRuntime().availableProcessors());
        return kind == ReferenceKind.ONE_INSERT ? StoreEvents.one(client) : StoreEvents.many(client);
    }

    private Path directory() {
        return directory == null
                ? Directories.temporary(Distribution.sourceRoot().resolve("bench/target/reference"))
                : directory;
    }
}

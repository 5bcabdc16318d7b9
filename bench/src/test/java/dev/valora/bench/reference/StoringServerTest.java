package dev.valora.bench.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.valora.bench.load.LoadPlan;
import dev.valora.bench.load.LoadResult;
import dev.valora.bench.load.LoadRun;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The servers that store, on a real PostgreSQL: what they answer as accepted is there, once. */
@Timeout(120)
final class StoringServerTest {

    private static final Instant TIME = Instant.parse("2026-11-22T18:00:00Z");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldStoreEachAcceptedEventOnce() throws Exception {
        try (EventDatabase database = EventDatabase.start(directory.resolve("postgres"))) {
            try (ReferenceServer server =
                    ReferenceServer.start(vertx -> StoreEvents.one(database.client(vertx, 2)), 0)) {
                send(plan(server.port(), 1, 1, 2_000), 2_000, 0);
                assertEquals(2_000, EventDatabase.count(database.url()));

                LoadResult many = LoadRun.run(plan(server.port(), 2, 2, 8));
                assertEquals(8, many.total().refused(), many::toText);
                assertEquals(2_000, EventDatabase.count(database.url()));
            }
            try (ReferenceServer server =
                    ReferenceServer.start(vertx -> StoreEvents.many(database.client(vertx, 2)), 0)) {
                send(plan(server.port(), 3, 1, 500), 500, 0);
                send(plan(server.port(), 4, 100, 30_000), 30_000, 0);
                assertEquals(32_500, EventDatabase.count(database.url()));
                send(plan(server.port(), 4, 100, 30_000), 0, 30_000);
                send(plan(server.port(), 1, 20, 4_000), 2_000, 2_000);
                assertEquals(34_500, EventDatabase.count(database.url()));
            }
        }
    }

    private static void send(LoadPlan plan, long accepted, long duplicates) throws InterruptedException {
        LoadResult result = LoadRun.run(plan);
        assertEquals(accepted, result.total().accepted(), result::toText);
        assertEquals(duplicates, result.total().duplicates(), result::toText);
    }

    private static LoadPlan plan(int port, int run, int batch, long events) {
        return new LoadPlan(
                new LoadPlan.Destination(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), "unread"),
                new LoadPlan.Shape(1, 8, batch),
                LoadPlan.Pace.CLOSED,
                new LoadPlan.Bounds(events, Duration.ZERO, Duration.ofSeconds(60), Duration.ofSeconds(20)),
                new LoadPlan.Events(run, new LoadPlan.Windows(TIME, 1, 10, 1), 0));
    }
}

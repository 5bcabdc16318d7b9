package dev.valora.ingest.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.valora.ingest.admission.TestBatch;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.intake.Intake.Offer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The writer on a thread of its own, with many others handing over. */
@Timeout(60)
final class IntakeConcurrencyTest {

    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    @TempDir
    Path directory;

    /** Runs the loop as the server does, but idles for an hour, so that a lost wake-up is a test that hangs. */
    private static final class Running implements AutoCloseable {
        private final Writer writer;
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();
        private final Thread thread;

        private Running(Writer writer) {
            this.writer = writer;
            this.thread = Thread.ofPlatform().start(this::run);
        }

        private void run() {
            try {
                while (!stop.get()) {
                    if (writer.loop.doWork() == 0) {
                        writer.loop.idle(HOUR_NANOS);
                    }
                }
                writer.loop.close();
            } catch (Throwable t) {
                broken.set(t);
            }
        }

        private void assertRuns() {
            assertEquals(null, broken.get());
            assertTrue(thread.isAlive(), "the writer has ended");
        }

        @Override
        public void close() {
            stop.set(true);
            writer.loop.tick();
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertEquals(null, broken.get());
        }
    }

    @Test
    void shouldCountAKeyOnceWhenSixtyFourSendItAtOnce() throws Exception {
        int senders = 64;
        int keys = 20;
        List<TestBatch> batches = new ArrayList<>();
        try (Writer writer = new Writer(directory).withMeter("calls")) {
            for (int sender = 0; sender < senders; sender++) {
                TestBatch batch = writer.batch();
                for (int key = 0; key < keys; key++) {
                    batch.event("k" + (key + sender) % keys, "calls", sender % 2, null);
                }
                batches.add(batch);
            }
            CountDownLatch start = new CountDownLatch(1);
            try (Running running = new Running(writer)) {
                List<Thread> threads = batches.stream()
                        .map(batch -> Thread.ofPlatform().start(() -> offerAfter(start, writer, batch)))
                        .toList();
                start.countDown();
                for (Thread thread : threads) {
                    thread.join();
                }
                running.assertRuns();
            }
            assertTrue(batches.stream().allMatch(batch -> batch.durable() == 1));
            assertEquals(
                    keys,
                    batches.stream().mapToInt(batch -> batch.batch().accepted()).sum());
            int duplicates = batches.stream()
                    .mapToInt(batch -> batch.batch().duplicates())
                    .sum();
            assertEquals(keys * (senders / 2 - 1), duplicates, "half of them sent other content");
            assertEquals(keys, writer.records().stream().mapToInt(List::size).sum() - 1);
        }
    }

    private static void offerAfter(CountDownLatch start, Writer writer, TestBatch batch) {
        try {
            start.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertEquals(Offer.TAKEN, writer.loop.offer(batch.batch()));
    }

    /** Tells the sender that its batch was answered. */
    private static final class Answered implements UsageBatch.Listener {
        private final Semaphore answers = new Semaphore(0);

        @Override
        public void onDurable(UsageBatch batch) {
            answers.release();
        }

        @Override
        public void onFailed(UsageBatch batch) {
            throw new AssertionError("failed");
        }
    }

    @Test
    void shouldWakeForEveryHandOver() throws Exception {
        try (Writer writer = new Writer(directory).withMeter("calls");
                Running running = new Running(writer)) {
            Answered answered = new Answered();
            UsageBatch batch = new UsageBatch(answered);
            for (int i = 0; i < 20_000; i++) {
                batch.begin(TestBatch.ORGANIZATION, false);
                assertEquals(Offer.TAKEN, writer.loop.offer(batch));
                assertTrue(answered.answers.tryAcquire(30, TimeUnit.SECONDS), "hand-over " + i);
            }
            running.assertRuns();
        }
    }

    @Test
    void shouldAnswerOnceEverythingTakenWhileItCloses() throws Exception {
        try (Writer writer = new Writer(directory).withMeter("calls")) {
            List<TestBatch> taken = new ArrayList<>();
            List<Thread> senders = new ArrayList<>();
            CountDownLatch busy = new CountDownLatch(4);
            try (Running running = new Running(writer)) {
                for (int sender = 0; sender < 4; sender++) {
                    String name = "s" + sender;
                    senders.add(Thread.ofPlatform().start(() -> sendUntilClosed(name, writer, taken, busy)));
                }
                busy.await();
                running.assertRuns();
            }
            for (Thread sender : senders) {
                sender.join();
            }
            assertTrue(taken.size() >= 200);
            for (TestBatch batch : taken) {
                assertEquals(1, batch.durable());
                assertEquals(0, batch.failed());
            }
            assertEquals(taken.size(), writer.index.size());
            assertEquals(0, writer.loop.queuedBytes());
        }
    }

    private static void sendUntilClosed(String name, Writer writer, List<TestBatch> taken, CountDownLatch busy) {
        List<TestBatch> mine = new ArrayList<>();
        for (int i = 0; ; i++) {
            TestBatch batch = writer.batch().event(name + "-" + i, "calls", 1, null);
            Offer offer = writer.loop.offer(batch.batch());
            if (offer == Offer.TAKEN) {
                mine.add(batch);
            }
            if (i == 50) {
                busy.countDown();
            }
            if (offer == Offer.CLOSED) {
                break;
            }
        }
        synchronized (taken) {
            taken.addAll(mine);
        }
    }
}

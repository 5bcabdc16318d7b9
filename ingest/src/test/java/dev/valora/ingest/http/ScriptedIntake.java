package dev.valora.ingest.http;

import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.EventIdentity;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.admission.Verdict;
import dev.valora.ingest.intake.Intake;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** A writer without a journal that the test tells what to answer, and when. */
final class ScriptedIntake implements Intake {

    private static final UsageBatch END = new UsageBatch(new UsageBatch.Listener() {
        @Override
        public void onDurable(UsageBatch batch) {}

        @Override
        public void onFailed(UsageBatch batch) {}
    });

    private final BlockingQueue<UsageBatch> queue = new LinkedBlockingQueue<>();
    private final Thread writer = Thread.ofPlatform().name("scripted-writer").unstarted(this::write);
    volatile Offer offer = Offer.TAKEN;
    volatile boolean failing;
    volatile boolean refusing;
    volatile boolean holding;

    ScriptedIntake() {
        writer.start();
    }

    @Override
    public Offer offer(UsageBatch batch) {
        Offer now = offer;
        if (now == Offer.TAKEN) {
            queue.add(batch);
        }
        return now;
    }

    @Override
    public Offer standing() {
        return offer;
    }

    /** Batches that wait. */
    int waiting() {
        return queue.size();
    }

    /** Answers what waits, and everything from now on. */
    void release() {
        holding = false;
        synchronized (queue) {
            queue.notifyAll();
        }
    }

    private void write() {
        try {
            UsageBatch batch;
            while ((batch = queue.take()) != END) {
                synchronized (queue) {
                    while (holding) {
                        queue.wait();
                    }
                }
                answer(batch);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(UsageBatch batch) {
        if (refusing) {
            offer = Offer.DISK_FULL;
            batch.listener().onRefused(batch);
            return;
        }
        if (failing) {
            batch.listener().onFailed(batch);
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            batch.verdict[i] = Verdict.ACCEPTED;
        }
        batch.judged(batch.size(), 0, 1);
        batch.listener().onDurable(batch);
    }

    @Override
    public CompletionStage<Definition> define(MeterDefinition meter) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Archiving> archive(OrganizationId organization, String code) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Long> tick() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Known> find(EventIdentity identity) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Voiding> voidEvent(EventIdentity identity, VoidRecord record) {
        throw new UnsupportedOperationException();
    }

    void close() throws InterruptedException {
        release();
        queue.add(END);
        writer.join();
    }
}

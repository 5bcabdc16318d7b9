package dev.valora.ingest.intake;

import dev.valora.ingest.Limits;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterJournal;
import dev.valora.ingest.MeterRecords;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.admission.EventIdentity;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.intake.Intake.Known;
import dev.valora.ingest.intake.Intake.Offer;
import dev.valora.ingest.intake.Intake.Voiding;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where everybody hands over and the writer takes: two bounded queues, and the writer's sleep. Whatever was taken is told once what
 * became of it, by the writer or by {@link #fail}.
 */
final class Handover {

    private final Inbox<UsageBatch> batches = new Inbox<>(Limits.INTAKE_QUEUE_BATCHES, Limits.INTAKE_QUEUE_BYTES);
    private final Inbox<Command> commands = new Inbox<>(Limits.INTAKE_QUEUE_COMMANDS, Limits.INTAKE_QUEUE_COMMANDS);
    private final AtomicReference<@Nullable Thread> sleeper = new AtomicReference<>();
    private final Standing standing;

    /** @param standing what is told to whoever hands over before anything else is asked */
    Handover(Standing standing) {
        this.standing = standing;
    }

    /** See {@link Intake#offer}. Any thread. */
    Offer offer(UsageBatch batch) {
        if (batch.recordsLength() > Limits.COMMIT_BYTES - RecordLayout.ENTRY_HEADER_BYTES) {
            throw new IllegalArgumentException("a batch of " + batch.recordsLength() + " bytes fits into no entry");
        }
        Offer refusal = standing.usage();
        if (refusal != Offer.TAKEN && batches.isOpen()) {
            return refusal;
        }
        Offer offer = batches.offer(batch, weight(batch));
        wake();
        return offer;
    }

    /** See {@link Intake#standing}. Any thread. */
    Offer standing() {
        if (!batches.isOpen()) {
            return Offer.CLOSED;
        }
        return batches.isFull() ? Offer.FULL : standing.usage();
    }

    private static long weight(UsageBatch batch) {
        return Math.max(1, batch.recordsLength());
    }

    /** See {@link Intake#define}. Any thread. */
    CompletionStage<MeterJournal.Definition> define(MeterDefinition meter) {
        requireSize(MeterRecords.encode(meter), Limits.METER_RECORD_BYTES);
        CompletableFuture<MeterJournal.Definition> answer = new CompletableFuture<>();
        return submit(new Command.Define(meter, answer), answer);
    }

    /** See {@link Intake#archive}. Any thread. */
    CompletionStage<MeterJournal.Archiving> archive(OrganizationId organization, String code) {
        MeterRecords.Archived archived = new MeterRecords.Archived(organization, code);
        requireSize(MeterRecords.encode(archived), Limits.METER_RECORD_BYTES);
        CompletableFuture<MeterJournal.Archiving> answer = new CompletableFuture<>();
        return submit(new Command.Archive(archived, answer), answer);
    }

    /** See {@link Intake#tick}. Any thread. */
    CompletionStage<Long> tick() {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        return submit(new Command.Tick(answer), answer);
    }

    /** See {@link Intake#find}. Any thread. */
    CompletionStage<Known> find(EventIdentity identity) {
        CompletableFuture<Known> answer = new CompletableFuture<>();
        return submit(new Command.Find(identity, answer), answer);
    }

    /** See {@link Intake#voidEvent}. Any thread. */
    CompletionStage<Voiding> voidEvent(EventIdentity identity, VoidRecord record) {
        requireSize(record.encode(), Limits.VOID_RECORD_BYTES);
        CompletableFuture<Voiding> answer = new CompletableFuture<>();
        return submit(new Command.VoidEvent(identity, record, answer), answer);
    }

    private <T> CompletionStage<T> submit(Command command, CompletableFuture<T> answer) {
        Offer refusal = command instanceof Command.Tick ? Offer.TAKEN : standing.command();
        if (refusal != Offer.TAKEN && commands.isOpen()) {
            answer.completeExceptionally(new ProblemException(Refusals.problem(refusal)));
            return answer;
        }
        switch (commands.offer(command, 1)) {
            case TAKEN -> wake();
            case FULL -> answer.completeExceptionally(new RejectedExecutionException("too many commands are waiting"));
            case CLOSED, DISK_LOW, DISK_FULL, CLOCK_JUMPED ->
                answer.completeExceptionally(new RejectedExecutionException("the intake is closed"));
        }
        return answer;
    }

    private static void requireSize(byte[] record, int bytesMax) {
        if (record.length > bytesMax) {
            throw new IllegalArgumentException("such a record may take " + bytesMax + " bytes, not " + record.length);
        }
    }

    /** Batches waiting for the writer. Any thread. */
    int queuedBatches() {
        return batches.size();
    }

    /** Encoded bytes waiting for the writer. Any thread. */
    long queuedBytes() {
        return batches.weight();
    }

    /** Whether anything is taken. Any thread. */
    boolean isOpen() {
        return batches.isOpen();
    }

    /** Takes nothing more. What waits stays. Any thread. */
    void close() {
        batches.close();
        commands.close();
    }

    /** Whether nothing waits, and nobody is about to hand over. Any thread. */
    boolean isEmpty() {
        return batches.isEmpty() && commands.isEmpty();
    }

    /** Whether no command waits. Any thread. */
    boolean hasNoCommand() {
        return commands.isEmpty();
    }

    /** The next command, which stays; null when there is none. The writer's thread. */
    @Nullable
    Command nextCommand() {
        return commands.peek();
    }

    /** Takes the command that was just looked at. The writer's thread. */
    void takeCommand() {
        commands.remove(1);
    }

    /** The next batch, which stays; null when there is none. The writer's thread. */
    @Nullable
    UsageBatch nextBatch() {
        return batches.peek();
    }

    /** Takes the batch that was just looked at. The writer's thread. */
    void takeBatch(UsageBatch next) {
        batches.remove(weight(next));
    }

    /**
     * Tells all who wait that nothing of theirs was judged, so that nobody hangs until the reason is gone. The writer's thread.
     *
     * @return how many
     */
    int refuseWaiting() {
        int refused = 0;
        for (Command command = commands.peek(); command != null; command = commands.peek()) {
            commands.remove(1);
            command.answer().completeExceptionally(standing.refusal());
            refused++;
        }
        for (UsageBatch batch = batches.peek(); batch != null; batch = batches.peek()) {
            batches.remove(weight(batch));
            batch.listener().onRefused(batch);
            refused++;
        }
        return refused;
    }

    /** Tells all who still wait in the closed queues that the writer failed. The writer's thread. */
    void fail(Throwable cause) {
        commands.drain(command -> 1, command -> command.answer().completeExceptionally(cause));
        batches.drain(Handover::weight, batch -> tellFailed(batch, cause));
    }

    /** Tells the one batch; a listener that throws keeps nobody else from being told. */
    static void tellFailed(UsageBatch batch, Throwable cause) {
        try {
            batch.listener().onFailed(batch);
        } catch (RuntimeException broken) {
            cause.addSuppressed(broken);
        }
    }

    /**
     * Sleeps until something is handed over. The one who hands over weighs in, then looks for a sleeper; the sleeper announces
     * itself, then looks at the weight: one of the two sees the other. The writer's thread.
     */
    void sleep(long maxNanos) {
        sleeper.set(Thread.currentThread());
        if (isEmpty()) {
            LockSupport.parkNanos(this, maxNanos);
        }
        sleeper.set(null);
    }

    private void wake() {
        if (sleeper.get() != null) {
            Thread thread = sleeper.getAndSet(null);
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }
    }
}

package dev.valora.ingest.intake;

import dev.valora.ingest.Agent;
import dev.valora.ingest.IntakeObserver;
import dev.valora.ingest.Journal;
import dev.valora.ingest.Limits;
import dev.valora.ingest.MeterDefinition;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.VoidRecord;
import dev.valora.ingest.WallClock;
import dev.valora.ingest.admission.Admission;
import dev.valora.ingest.admission.EntryDraft;
import dev.valora.ingest.admission.EventIdentity;
import dev.valora.ingest.admission.UsageBatch;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;

/**
 * The single writer. Each step takes what is waiting as one group, judges it, writes one journal entry, waits for the disk and
 * then releases the answers; meanwhile the next group gathers in the queue, so that under load the cost of a force is shared
 * by more and more events; see also {@link #isWorthWaiting}.
 *
 * <p>First wins is a property of journal order, since nobody else writes. The accepted time is stamped here, once a group, and
 * never goes back. When the journal fails, or anything else is thrown, all who wait and all who come later are told, and the
 * exception leaves {@link #doWork} for the server to stop.
 */
public final class IntakeLoop implements Agent, Intake {

    /** About how often an idle writer appends a tick. */
    private static final long TICK_NANOS = 1_000_000_000L;

    /** How long a group is waited for, once, when fewer wait than were committed last: see {@link #isWorthWaiting}. */
    private static final long LINGER_NANOS = 100_000;

    /** Groups of fewer batches are never waited for. */
    private static final int LINGER_BATCHES = 8;

    /** Until so many encoded bytes are judged, a group also takes what comes meanwhile: a force costs more than judging them. */
    private static final int GROWING_BYTES = 256 << 10;

    /**
     * What the loop works with.
     *
     * @param journal written by this loop alone; closed by who opened it
     * @param observer called on the writer's thread
     */
    public record Ports(Journal journal, WallClock clock, Ticker ticker, IntakeObserver observer) {}

    // Any thread.
    private final Handover handover;
    private final Standing standing;

    // The writer's thread.
    private final Journal journal;
    private final WallClock clock;
    private final Ticker ticker;
    private final GroupReport report;
    private final Admission admission;
    private final Decisions decisions;
    private final Forgetting forgetting;
    private final EntryDraft entry = new EntryDraft();
    private final ClaimedKeys claimed;
    private final ArrayDeque<UsageBatch> group = new ArrayDeque<>();
    private final HeldAnswers answers = new HeldAnswers();
    private final ArrayDeque<CompletableFuture<Long>> ticks = new ArrayDeque<>();
    private long acceptedMicros;
    private long committedNanos;
    private boolean writtenSinceTick = true;
    private int committedBatches;
    private boolean lingers;
    private boolean failed;

    /**
     * What the loop must know of the journal; changed by it alone from now on.
     *
     * @param meters as the journal tells, see {@link JournalReplay}
     * @param admission with the index of every key in the journal
     * @param reach of the voids in the journal
     */
    public record Journaled(MeterDirectory meters, Admission admission, VoidReach reach) {}

    /**
     * A loop that continues the journal.
     *
     * @param acceptedFloorMicros the stored watermark in epoch microseconds: no accepted time will be before it
     */
    public IntakeLoop(Ports ports, Journaled known, long acceptedFloorMicros) {
        this(ports, known, acceptedFloorMicros, new ClaimedKeys());
    }

    IntakeLoop(Ports ports, Journaled known, long acceptedFloorMicros, ClaimedKeys claimed) {
        this.journal = ports.journal();
        this.clock = ports.clock();
        this.ticker = ports.ticker();
        this.standing = new Standing(journal, clock, ticker);
        this.handover = new Handover(standing);
        this.report = new GroupReport(ports.observer());
        this.admission = known.admission();
        this.claimed = claimed;
        this.decisions = new Decisions(known);
        this.forgetting = new Forgetting(journal, ticker, admission);
        this.acceptedMicros = Math.max(journal.lastAcceptedMicros(), acceptedFloorMicros);
        this.committedNanos = ticker.nanos();
    }

    @Override
    public String roleName() {
        return "intake";
    }

    @Override
    public Offer offer(UsageBatch batch) {
        return handover.offer(batch);
    }

    @Override
    public Offer standing() {
        return handover.standing();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Completes with {@link java.util.concurrent.RejectedExecutionException} when it was not taken, and with what broke the
     * writer when it was taken but may not be on disk.
     */
    @Override
    public CompletionStage<Definition> define(MeterDefinition meter) {
        return handover.define(meter);
    }

    /** {@inheritDoc} Fails as {@link #define} does. */
    @Override
    public CompletionStage<Archiving> archive(OrganizationId organization, String code) {
        return handover.archive(organization, code);
    }

    /** {@inheritDoc} Fails as {@link #define} does. */
    @Override
    public CompletionStage<Long> tick() {
        return handover.tick();
    }

    /** {@inheritDoc} Fails as {@link #define} does. */
    @Override
    public CompletionStage<Known> find(EventIdentity identity) {
        return handover.find(identity);
    }

    /** {@inheritDoc} Fails as {@link #define} does. */
    @Override
    public CompletionStage<Voiding> voidEvent(EventIdentity identity, VoidRecord record) {
        return handover.voidEvent(identity, record);
    }

    /** Batches waiting for the writer. Any thread. */
    public int queuedBatches() {
        return handover.queuedBatches();
    }

    /** Encoded bytes waiting for the writer. Any thread. */
    public long queuedBytes() {
        return handover.queuedBytes();
    }

    /** What was committed, for the making of key files. Any thread. */
    public ClaimedKeys claimedKeys() {
        return claimed;
    }

    /** Whether hand-overs are taken: false once the intake failed or is closing. Any thread. */
    public boolean isOpen() {
        return handover.isOpen();
    }

    @Override
    public int doWork() {
        if (failed) {
            throw new IllegalStateException("the intake has failed before");
        }
        try {
            return step();
        } catch (RuntimeException | Error cause) {
            fail(cause);
            throw cause;
        }
    }

    private int step() {
        standing.lookIfDue();
        lingers = isWorthWaiting();
        if (lingers) {
            return 0;
        }
        int work = forgetting.step();
        if (!handover.isEmpty()) {
            if (!standing.permits(Limits.COMMIT_BYTES)) {
                return handover.refuseWaiting();
            }
            beginEntry();
            work += takeCommands();
            int commandRecords = entry.recordCount();
            work += takeBatches();
            if (entry.recordCount() > 0) {
                commit(commandRecords);
                writtenSinceTick = true;
            }
            answerGroup();
        } else {
            committedBatches = 0;
        }
        work += tickIfDue();
        claimed.flushIfWanted();
        return work;
    }

    /**
     * Whether the group grows if it is left alone for a moment: those whose answers have just gone out are about to send again.
     * Under load a force for half of them costs as much as one for all, and all wait for it. Asked once a group.
     */
    private boolean isWorthWaiting() {
        return !lingers
                && committedBatches >= LINGER_BATCHES
                && handover.queuedBatches() < committedBatches
                && handover.isOpen()
                && handover.hasNoCommand();
    }

    private void beginEntry() {
        acceptedMicros = Math.max(acceptedMicros, standing.nowMicros());
        entry.begin(journal.forcedSequence() + 1, acceptedMicros);
    }

    /** Commands come before the batches of the same step. An applied one leaves the queue, so that a failure finds the rest. */
    private int takeCommands() {
        int taken = 0;
        for (Command command = handover.nextCommand();
                command != null && taken < Limits.INTAKE_QUEUE_COMMANDS && entry.hasRoom(Limits.VOID_RECORD_BYTES, 1);
                command = handover.nextCommand()) {
            switch (command) {
                case Command.Define define -> answers.hold(define.answer(), decisions.define(define.meter(), entry));
                case Command.Archive archive ->
                    answers.hold(archive.answer(), decisions.archive(archive.archived(), entry));
                case Command.Find find -> answers.hold(find.answer(), decisions.find(find.identity()));
                case Command.VoidEvent voided ->
                    answers.hold(voided.answer(), decisions.voidEvent(voided.identity(), voided.record(), entry));
                case Command.Tick tick -> ticks.add(tick.answer());
            }
            handover.takeCommand();
            taken++;
        }
        return taken;
    }

    /**
     * Takes what waits now. What comes meanwhile is left for the next group, unless this one is small: where usage comes nearly as
     * fast as it is judged there would be no end, and whoever came first would be answered with the last.
     */
    private int takeBatches() {
        int waiting = handover.queuedBatches();
        int taken = 0;
        long judgedBytes = 0;
        for (UsageBatch batch = handover.nextBatch();
                batch != null
                        && (taken < waiting || judgedBytes < GROWING_BYTES)
                        && entry.hasRoom(batch.recordsLength(), batch.size());
                batch = handover.nextBatch()) {
            // A batch without records counts too, so that those have an end as well.
            judgedBytes += Math.max(1, batch.recordsLength());
            admission.admit(batch, entry);
            journal.show(entry.bytes(), entry.length());
            handover.takeBatch(batch);
            group.add(batch);
            taken++;
        }
        return taken;
    }

    private void commit(int commandRecords) {
        entry.seal();
        long startNanos = ticker.nanos();
        journal.commit(entry.bytes(), entry.length());
        committedNanos = ticker.nanos();
        committedBatches = group.size();
        report.committed(group, entry.length(), committedNanos - startNanos);
        report.voided(decisions.takeVoids());
        claimed.committed(entry, commandRecords, group);
    }

    /** Each leaves its queue before it is told, so that nobody is told twice whatever happens. */
    private void answerGroup() {
        answers.give();
        for (UsageBatch batch = group.poll(); batch != null; batch = group.poll()) {
            report.judged(batch);
            batch.listener().onDurable(batch);
        }
    }

    /** A tick somebody asked for, or one that moves the watermark when nothing else has done so for a second. */
    private int tickIfDue() {
        if (ticks.isEmpty() && !isTickDue()) {
            return 0;
        }
        if (!standing.permits(RecordLayout.ENTRY_HEADER_BYTES)) {
            for (CompletableFuture<Long> tick = ticks.poll(); tick != null; tick = ticks.poll()) {
                tick.completeExceptionally(standing.refusal());
            }
            return 0;
        }
        beginEntry();
        commit(0);
        writtenSinceTick = false;
        for (CompletableFuture<Long> tick = ticks.poll(); tick != null; tick = ticks.poll()) {
            tick.complete(entry.sequence());
        }
        return 1;
    }

    private boolean isTickDue() {
        return ticker.nanos() - committedNanos >= TICK_NANOS
                && (writtenSinceTick || clock.epochMicros() > acceptedMicros);
    }

    @Override
    public void idle(long maxNanos) {
        if (lingers) {
            // Without announcing itself: nobody wakes it.
            LockSupport.parkNanos(this, Math.min(maxNanos, LINGER_NANOS));
            return;
        }
        long untilTick = committedNanos + TICK_NANOS - ticker.nanos();
        handover.sleep(untilTick > 0 ? Math.min(maxNanos, untilTick) : maxNanos);
    }

    private void fail(Throwable cause) {
        failed = true;
        handover.close();
        answers.fail(cause);
        ticks.forEach(tick -> tick.completeExceptionally(cause));
        ticks.clear();
        group.forEach(batch -> Handover.tellFailed(batch, cause));
        group.clear();
        handover.fail(cause);
    }

    /** Takes nothing more, answers all that was taken, and leaves the journal open for who owns it. */
    @Override
    public void close() {
        handover.close();
        while (!handover.isEmpty()) {
            if (doWork() == 0) {
                Thread.onSpinWait();
            }
        }
        claimed.flush();
    }
}

package dev.valora.ingest.intake;

import dev.valora.ingest.Agent;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.CarriedRecords;
import dev.valora.ingest.DatabaseException;
import dev.valora.ingest.JournalBeginning;
import dev.valora.ingest.JournalBeginning.SealedFile;
import dev.valora.ingest.MeterDirectory;
import dev.valora.ingest.Position;
import dev.valora.ingest.RetentionObserver;
import dev.valora.ingest.Ticker;
import dev.valora.ingest.UnbilledUsage;
import dev.valora.ingest.keys.KeyFileRemoval;
import dev.valora.ingest.retention.Hold;
import dev.valora.ingest.retention.RetentionRule;
import dev.valora.ingest.retention.RetentionRule.Facts;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes journal files that nothing needs any more, oldest first. Each step leaves the disk in a state from which a start goes
 * on: what outlives the files is written, then the manifest lets them go, then their directories are deleted, then their key
 * files. Whoever reads is not waited for. What an earlier process began, the start has finished before there is a loop.
 */
public final class RetentionLoop implements Agent {

    private static final Logger LOG = LoggerFactory.getLogger(RetentionLoop.class);

    /** Between two looks at what may go. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Until the disk or PostgreSQL is asked again after a refusal. */
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Billing that holds a file is asked again when so much time has passed on the ticker, or so much accepted time. */
    private static final long ASK_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final long ASK_MICROS = TimeUnit.HOURS.toMicros(1);

    private final Ports ports;
    private final RetentionRule rule;

    private Stage stage = Stage.LOOK;
    private List<SealedFile> going = List.of();
    private boolean refused;
    private long refusedNanos;
    private long lookedNanos;
    private @Nullable Asked asked;

    // Written by the agent's thread, read by any.
    private volatile Set<Hold> holds = Set.of();

    /**
     * What the loop works with.
     *
     * @param meters of the journal, as the writer knows them
     * @param reach that the writer asks before it journals a void
     */
    public record Ports(
            JournalBeginning beginning,
            KeyFileRemoval keyFiles,
            MeterDirectory meters,
            VoidReach reach,
            AppliedUsage applied,
            UnbilledUsage unbilled,
            Ticker ticker,
            RetentionObserver observer) {}

    /** What the next step does. */
    private enum Stage {
        LOOK,
        CARRY,
        LET_GO,
        DELETE
    }

    /** What billing said, and when: by the ticker and by the watermark. */
    private record Asked(long unbilledFromMicros, long nanos, long watermarkMicros) {

        Facts in(Facts known) {
            return new Facts(
                    known.appliedSequence(), known.watermarkMicros(), unbilledFromMicros, known.neededFromMicros());
        }
    }

    public RetentionLoop(Ports ports, RetentionRule rule) {
        this.ports = ports;
        this.rule = rule;
        this.lookedNanos = ports.ticker().nanos() - LOOK_NANOS;
    }

    @Override
    public String roleName() {
        return "retention";
    }

    /**
     * Does one step of a removal, or looks whether there is one to begin.
     *
     * @throws dev.valora.ingest.JournalFailedException when it is not known whether a file is still listed
     */
    @Override
    public int doWork() {
        if (refused && ports.ticker().nanos() - refusedNanos < PAUSE_NANOS) {
            return 0;
        }
        refused = false;
        try {
            return switch (stage) {
                case LOOK -> look();
                case CARRY -> carry();
                case LET_GO -> letGo();
                case DELETE -> delete();
            };
        } catch (UncheckedIOException unwritable) {
            LOG.warn("No journal file is removed for now: {}", unwritable.getMessage());
            stage = stage == Stage.DELETE ? Stage.DELETE : Stage.LOOK;
            return refuse(Hold.DISK);
        }
    }

    private int refuse(Hold hold) {
        refused = true;
        refusedNanos = ports.ticker().nanos();
        holds = Set.of(hold);
        return 0;
    }

    private int look() {
        if (ports.ticker().nanos() - lookedNanos < LOOK_NANOS) {
            return 0;
        }
        lookedNanos = ports.ticker().nanos();
        List<SealedFile> files = ports.beginning().sealedFiles();
        Facts facts = facts(files);
        int removable = rule.removable(files, facts);
        if (removable > 0) {
            Asked answer = answer(files, facts);
            if (answer == null) {
                return refuse(Hold.DATABASE_AWAY);
            }
            facts = answer.in(facts);
            removable = rule.removable(files, facts);
        }
        holds = removable == files.size() ? Set.of() : Set.copyOf(rule.holds(files.get(removable), facts));
        going = List.copyOf(files.subList(0, removable));
        stage = removable == 0 ? Stage.LOOK : Stage.CARRY;
        return removable;
    }

    /** All but what billing knows: it is asked only when nothing else holds the first file. */
    private Facts facts(List<SealedFile> files) {
        long appliedSequence = ports.applied().appliedSequence();
        long watermarkMicros = watermarkMicros();
        long neededFromMicros = ports.reach().neededFromMicros(rule.horizonSequence(files, watermarkMicros));
        return new Facts(appliedSequence, watermarkMicros, Long.MAX_VALUE, neededFromMicros);
    }

    private long watermarkMicros() {
        return micros(ports.applied().appliedThrough());
    }

    /**
     * What billing says. What it said not long ago is good enough to keep the first file, but lets none go: a subscription may have
     * begun in the past since.
     *
     * @return null while PostgreSQL is away
     */
    private @Nullable Asked answer(List<SealedFile> files, Facts facts) {
        Asked last = asked;
        if (last != null
                && ports.ticker().nanos() - last.nanos() < ASK_NANOS
                && facts.watermarkMicros() - last.watermarkMicros() < ASK_MICROS
                && rule.removable(files, last.in(facts)) == 0) {
            return last;
        }
        return ask(facts.watermarkMicros());
    }

    private @Nullable Asked ask(long watermarkMicros) {
        try {
            Instant from = ports.unbilled().from();
            asked = new Asked(
                    from.equals(Instant.MAX) ? Long.MAX_VALUE : micros(from),
                    ports.ticker().nanos(),
                    watermarkMicros);
            return asked;
        } catch (DatabaseException away) {
            LOG.warn("No journal file is removed while PostgreSQL cannot tell what is billed: {}", away.getMessage());
            return null;
        }
    }

    private long firstSequence() {
        return going.getLast().span().lastSequence() + 1;
    }

    private int carry() {
        long first = firstSequence();
        ports.beginning().carry(CarriedRecords.ofMeters(ports.meters(), Position.pack(first, 0)), first);
        stage = Stage.LET_GO;
        return 1;
    }

    private int letGo() {
        SealedFile last = going.getLast();
        long horizonSequence = rule.horizonSequence(ports.beginning().sealedFiles(), watermarkMicros());
        if (!ports.reach().giveUp(firstSequence(), last.lastAcceptedMicros(), horizonSequence)) {
            // A void came between: the next look finds it.
            stage = Stage.LOOK;
            return 1;
        }
        ports.beginning().removeThrough(last.span().number());
        stage = Stage.DELETE;
        return 1;
    }

    private int delete() {
        OptionalLong deleted = ports.beginning().deleteOne();
        if (deleted.isPresent()) {
            tell(deleted.getAsLong());
            return 1;
        }
        ports.keyFiles().before(ports.beginning().firstFile());
        going = List.of();
        stage = Stage.LOOK;
        return 1;
    }

    private void tell(long number) {
        for (SealedFile file : going) {
            if (file.span().number() == number) {
                LOG.info(
                        "The journal file {} was removed: entries {} to {}, {} bytes, accepted until {}.",
                        number,
                        file.span().firstSequence(),
                        file.span().lastSequence(),
                        file.bytes(),
                        Instant.EPOCH.plus(Math.max(0, file.lastAcceptedMicros()), ChronoUnit.MICROS));
                ports.observer().onRemoved(file.bytes());
            }
        }
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /** What holds the oldest file that takes no more entries; empty when there is none. Any thread. */
    public Set<Hold> holds() {
        return holds;
    }

    @Override
    public void idle(long maxNanos) {
        LockSupport.parkNanos(this, maxNanos);
    }

    /** What was begun is finished by the next start. */
    @Override
    public void close() {
        // Nothing is open between two steps.
    }
}

package dev.valora.ingest.http;

import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.intake.Intake;
import dev.valora.ingest.intake.Refusals;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A batch and the request that waits for it, reused. Belongs to the event loop, but between hand-over and
 * {@link EdgeLoop#completed} to the writer, which only calls the two methods of {@link UsageBatch.Listener}.
 */
final class UsageExchange implements UsageBatch.Listener {

    /** What an event costs in the batch's parallel arrays. */
    private static final int SLOT_BYTES = 48;

    private static final OrganizationId NOBODY = new OrganizationId(new UUID(0, 0));

    private final EdgeLoop loop;
    private final UsageBatch batch = new UsageBatch(this);
    private @Nullable Exchange exchange;
    private BodyForm form = BodyForm.SINGLE;
    private End end = End.DURABLE;

    /** How the writer gave the batch back. */
    private enum End {
        DURABLE,
        REFUSED,
        FAILED
    }

    UsageExchange(EdgeLoop loop) {
        this.loop = loop;
    }

    UsageBatch batch() {
        return batch;
    }

    /** The batch was read from this request and is about to be judged. */
    void begin(Exchange newExchange, BodyForm newForm) {
        exchange = newExchange;
        form = newForm;
        end = End.DURABLE;
    }

    @Override
    public void onDurable(UsageBatch durable) {
        loop.completed(this);
    }

    @Override
    public void onRefused(UsageBatch refused) {
        end = End.REFUSED;
        loop.completed(this);
    }

    @Override
    public void onFailed(UsageBatch lost) {
        end = End.FAILED;
        loop.completed(this);
    }

    /** Answers the request from the verdicts and gives the batch back. */
    void finish() {
        Exchange waiting = exchange;
        if (waiting != null) {
            try {
                finish(waiting);
            } catch (RuntimeException | Error failure) {
                waiting.fail(failure);
            }
        }
        giveBack();
    }

    /** Why nothing is taken; when that has just passed, the sender may come again at once. */
    private Problem refusal() {
        Intake.Offer standing = loop.parts().intake().standing();
        return Refusals.problem(standing == Intake.Offer.TAKEN ? Intake.Offer.FULL : standing);
    }

    private void finish(Exchange waiting) {
        if (end != End.DURABLE) {
            if (!waiting.isGone()) {
                waiting.refuse(end == End.REFUSED ? refusal() : Problems.journalFailed());
            }
            return;
        }
        List<UsageFailure> failures = UsageFailure.of(batch, form);
        loop.parts().rejections().add(batch.organization(), failures);
        if (!waiting.isGone()) {
            UsageAnswer.write(waiting, batch, form, failures);
        }
    }

    /** Answers without the writer and gives the batch back. */
    void refuse(Exchange waiting, Problem problem) {
        waiting.refuse(problem);
        giveBack();
    }

    /** Gives the batch back without an answer. */
    void giveBack() {
        exchange = null;
        batch.begin(NOBODY, false);
        loop.batches().giveBack(this);
    }

    /** Roughly what the batch holds on the heap. */
    long retainedBytes() {
        return batch.records.length + (long) SLOT_BYTES * batch.recordOffset.length;
    }
}

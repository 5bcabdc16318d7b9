package dev.valora.ingest.http;

import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Problem;
import dev.valora.ingest.admission.UsageBatch;
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
    private boolean failed;

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
        failed = false;
    }

    @Override
    public void onDurable(UsageBatch durable) {
        loop.completed(this);
    }

    @Override
    public void onFailed(UsageBatch refused) {
        failed = true;
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

    private void finish(Exchange waiting) {
        if (failed) {
            if (!waiting.isGone()) {
                waiting.refuse(Problems.journalFailed());
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

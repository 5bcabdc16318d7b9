package dev.valora.aggregator.query;

import dev.valora.aggregator.Windows;
import dev.valora.aggregator.store.VoidRows;
import dev.valora.aggregator.store.WindowStretches;
import dev.valora.aggregator.store.WindowStretches.Answer;
import dev.valora.aggregator.store.WindowStretches.Stretch;
import dev.valora.ingest.AppliedUsage;
import dev.valora.ingest.Database;
import dev.valora.ingest.Journal;
import dev.valora.ingest.JournalEntry;
import dev.valora.ingest.Limits;
import dev.valora.ingest.OrganizationId;
import dev.valora.ingest.Position;
import dev.valora.ingest.Problem;
import dev.valora.ingest.ProblemException;
import dev.valora.ingest.Quantity;
import dev.valora.ingest.StoredEvent;
import dev.valora.ingest.Ticker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * From windows to their events: window rows tell in which stretches of the journal events are, the journal what they are. A page
 * ends when it is full or its time is over, and has then looked at one entry at least. Any thread but an event loop.
 */
final class EventLookup {

    /** Scans at once; each keeps a processor busy. */
    private static final int SCANS = 4;

    private static final int RETRY_AFTER_SECONDS = 1;

    private final Journal journal;
    private final Database database;
    private final AppliedUsage applied;
    private final Ticker ticker;
    private final long pageNanos;
    private final Semaphore scans = new Semaphore(SCANS);

    /** @param pageNanos time that a page takes for reading the journal */
    EventLookup(Journal journal, Database database, AppliedUsage applied, Ticker ticker, long pageNanos) {
        this.journal = journal;
        this.database = database;
        this.applied = applied;
        this.ticker = ticker;
        this.pageNanos = pageNanos;
    }

    /**
     * An event of a page.
     *
     * @param taken by the meter
     */
    record Listed(StoredEvent event, Quantity taken) {}

    /**
     * A page.
     *
     * @param next packed position where the next page begins; null on the last one
     * @param heldFrom packed position of the oldest record that the journal holds
     * @param complete whether every event that the windows counted is still held
     * @param appliedThrough all usage accepted before it is looked at
     */
    record Page(List<Listed> events, @Nullable Long next, long heldFrom, boolean complete, Instant appliedThrough) {}

    /**
     * What is to be read.
     *
     * @param oldest sequence of the first entry that is wanted, whether or not it is held; 0 when none is
     * @param more whether there are further stretches
     */
    private record Plan(List<Stretch> stretches, boolean more, long oldest) {}

    /**
     * The events from the request's position on.
     *
     * @throws ProblemException 503 when too many look at once
     */
    Page page(OrganizationId organization, EventRequest request) {
        enter();
        try {
            // Before the rows are read, so that they hold at least what it says.
            Instant appliedThrough = applied.appliedThrough();
            Plan plan = plan(organization, request);
            return read(organization, request, plan, appliedThrough);
        } finally {
            scans.release();
        }
    }

    private void enter() {
        try {
            if (scans.tryAcquire(pageNanos, TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        throw new ProblemException(Problem.unavailable(
                "too_many_scans", "Others read events right now; send the same again.", RETRY_AFTER_SECONDS));
    }

    private Plan plan(OrganizationId organization, EventRequest request) {
        long from = Position.unpack(request.from()).sequence();
        Answer answer = database.inOrganization(
                organization,
                transaction -> WindowStretches.ahead(transaction, organization, request.selection(), from));
        return switch (answer) {
            case Answer.Known known -> new Plan(known.ahead(), known.more(), known.oldest());
            case Answer.TooMany tooMany -> everything(request);
        };
    }

    /** So many windows that nothing is gained by their rows: all entries in which usage of these times can be. */
    private Plan everything(EventRequest request) {
        long through = applied.appliedSequence();
        long fromMicros = Windows.micros(request.selection().from()) - Limits.EVENT_AHEAD_MICROS;
        long first = firstAcceptedFrom(fromMicros, through);
        List<Stretch> all = first > through ? List.of() : List.of(new Stretch(first, through));
        return new Plan(all, false, journal.removedThroughMicros() >= fromMicros ? 1 : first);
    }

    /** The sequence of the first entry that is held and was accepted at or after a time; behind the last when none was. */
    private long firstAcceptedFrom(long micros, long last) {
        long low = journal.firstSequence();
        long high = last + 1;
        while (low < high) {
            long middle = low + (high - low) / 2;
            JournalEntry entry = journal.read(middle);
            if (entry == null || entry.acceptedMicros() < micros) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Page read(OrganizationId organization, EventRequest request, Plan plan, Instant appliedThrough) {
        long startedNanos = ticker.nanos();
        List<Listed> listed = new ArrayList<>();
        boolean over = false;
        long from = Math.max(request.from(), Position.pack(journal.firstSequence(), 0));
        try (EventScan scan = new EventScan(journal, new EventFilter(organization, request), plan.stretches(), from)) {
            while (!scan.isDone() && !scan.isFull() && listed.size() < request.limit() && !over) {
                List<EventScan.Found> found =
                        scan.next(request.limit() - listed.size(), () -> ticker.nanos() - startedNanos >= pageNanos);
                listed.addAll(shown(organization, request, found));
                over = ticker.nanos() - startedNanos >= pageNanos;
            }
            boolean isLast = scan.isDone() && !plan.more();
            long held = journal.firstSequence();
            return new Page(
                    listed,
                    isLast ? null : scan.position(),
                    Position.pack(held, 0),
                    plan.oldest() == 0 || plan.oldest() >= held,
                    appliedThrough);
        }
    }

    private List<Listed> shown(OrganizationId organization, EventRequest request, List<EventScan.Found> found) {
        List<Long> positions =
                found.stream().map(event -> event.place().position().packed()).toList();
        Map<Long, StoredEvent.Voided> voids =
                database.inOrganization(organization, transaction -> VoidRows.of(transaction, organization, positions));
        long cutMicros = Windows.micros(request.selection().acceptedBefore());
        List<Listed> shown = new ArrayList<>();
        for (EventScan.Found event : found) {
            StoredEvent.Voided voided = voids.get(event.place().position().packed());
            boolean counts = voided == null || voided.place().acceptedMicros() >= cutMicros;
            if (request.fate().shows(!counts)) {
                shown.add(new Listed(
                        new StoredEvent(event.record(), event.place(), counts ? null : voided), event.taken()));
            }
        }
        return shown;
    }
}

package dev.valora.bench.books;

import dev.valora.bench.client.UsageBody;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * Load whose every event is in the books: single events and batches in every form of body, compressed or not, among them events
 * sent before, old keys with other content, and voids. Driven by one thread; the requests go out on virtual threads, one in
 * flight each.
 */
public final class BookedLoad {

    private static final int VOID_EVERY = 20;
    private static final int CONFLICT_EVERY = 50;
    private static final int DUPLICATE_EVERY = 30;
    private static final int BATCH_EVERY = 4;
    private static final int GZIP_EVERY = 5;
    private static final int LARGEST_BATCH = 40;
    private static final int RESEND_BATCH = 500;
    private static final int RESEND_BATCH_WITH_BALLAST = 50;
    private static final int RESEND_THREADS = 8;
    private static final int RESEND_ATTEMPTS = 5;

    private final Books books;
    private final Sender sender;
    private final Random random;

    /** @param seed of all choices made here */
    public BookedLoad(Books books, Sender sender, long seed) {
        this.books = books;
        this.sender = sender;
        this.random = new Random(seed);
    }

    /**
     * Sends until told to stop. A sending thread ends early when it gets no answer.
     *
     * @param inFlight requests at once
     * @param eventsAtMost for each of them
     */
    public void send(int inFlight, int eventsAtMost, BooleanSupplier stop) throws InterruptedException {
        List<Choices> each = new ArrayList<>();
        for (int i = 0; i < inFlight; i++) {
            each.add(new Choices(new Random(random.nextLong())));
        }
        inParallel(each, choices -> {
            boolean answered = true;
            for (int sent = 0; answered && sent < eventsAtMost && !stop.getAsBoolean(); ) {
                if (choices.wantsVoid()) {
                    answered = sender.sendVoid(choices.acknowledged());
                    sent++;
                } else {
                    List<BookedEvent> request = choices.request();
                    answered = sender.send(request, choices.form(), choices.gzip());
                    choices.remember(request);
                    sent += request.size();
                }
            }
        });
    }

    /** What one sender sends next. One thread at a time. */
    private final class Choices {

        private final Random choices;
        private final List<BookedEvent> acknowledged = new ArrayList<>();

        Choices(Random choices) {
            this.choices = choices;
        }

        private boolean oneIn(int turns) {
            return choices.nextInt(turns) == 0;
        }

        boolean wantsVoid() {
            return !acknowledged.isEmpty() && oneIn(VOID_EVERY);
        }

        BookedEvent acknowledged() {
            return acknowledged.get(choices.nextInt(acknowledged.size()));
        }

        List<BookedEvent> request() {
            int size = oneIn(BATCH_EVERY) ? 2 + choices.nextInt(LARGEST_BATCH - 1) : 1;
            List<BookedEvent> request = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                if (!acknowledged.isEmpty() && oneIn(CONFLICT_EVERY)) {
                    request.add(books.conflicting(acknowledged()));
                } else if (!acknowledged.isEmpty() && oneIn(DUPLICATE_EVERY)) {
                    request.add(acknowledged());
                } else {
                    request.add(books.next());
                }
            }
            return request;
        }

        UsageBody.Form form() {
            UsageBody.Form[] forms = UsageBody.Form.values();
            return forms[choices.nextInt(forms.length)];
        }

        boolean gzip() {
            return oneIn(GZIP_EVERY);
        }

        /** Events that were new and are acknowledged now may be repeated, contradicted and voided. */
        void remember(List<BookedEvent> request) {
            for (BookedEvent event : request) {
                if (event.isAcknowledged() && !event.isConflicting() && event.isSentOnce()) {
                    acknowledged.add(event);
                }
            }
        }
    }

    /**
     * Sends again everything that was not acknowledged and a share of what was, in another order; voids likewise.
     *
     * @param acknowledgedPercent the share, 0 to 100
     */
    public void resend(int acknowledgedPercent) throws InterruptedException {
        List<BookedEvent> again = new ArrayList<>();
        List<BookedEvent> voids = new ArrayList<>();
        for (BookedEvent event : books.events()) {
            if (!event.isAcknowledged() || random.nextInt(100) < acknowledgedPercent) {
                again.add(event);
            }
            if (event.isVoidSent() && (!event.isVoided() || random.nextInt(100) < acknowledgedPercent)) {
                voids.add(event);
            }
        }
        Collections.shuffle(again, random);
        int batch = books.plan().ballast() == 0 ? RESEND_BATCH : RESEND_BATCH_WITH_BALLAST;
        inParallel(shares(again), events -> {
            for (int from = 0; from < events.size(); from += batch) {
                resend(events.subList(from, Math.min(events.size(), from + batch)));
            }
        });
        inParallel(shares(voids), events -> {
            for (BookedEvent event : events) {
                resendVoid(event);
            }
        });
    }

    private static List<List<BookedEvent>> shares(List<BookedEvent> events) {
        List<List<BookedEvent>> shares = new ArrayList<>();
        int share = events.size() / RESEND_THREADS + 1;
        for (int from = 0; from < events.size(); from += share) {
            shares.add(events.subList(from, Math.min(events.size(), from + share)));
        }
        return shares;
    }

    /** An overloaded server gets a few attempts, one behind the other; events of refused ones stay as they are. */
    private void resend(List<BookedEvent> events) throws InterruptedException {
        sender.send(events);
        for (int attempt = 1; attempt < RESEND_ATTEMPTS; attempt++) {
            if (events.stream().allMatch(BookedEvent::isDecided)) {
                return;
            }
            sender.send(events);
        }
    }

    private void resendVoid(BookedEvent event) throws InterruptedException {
        sender.sendVoid(event);
        for (int attempt = 1; attempt < RESEND_ATTEMPTS && !event.isVoided(); attempt++) {
            sender.sendVoid(event);
        }
    }

    private interface Work<T> {
        void on(T share) throws InterruptedException;
    }

    private static <T> void inParallel(List<T> shares, Work<T> work) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (T share : shares) {
                running.add(threads.submit(() -> {
                    work.on(share);
                    return null;
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a sender failed: " + e.getCause(), e);
        }
    }
}

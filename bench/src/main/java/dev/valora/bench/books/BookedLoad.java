package dev.valora.bench.books;

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
 * Load whose every event is in the books: single events and batches, and now and then an old key with other content. Driven by
 * one thread; the requests go out on virtual threads, one in flight each.
 */
public final class BookedLoad {

    private static final int CONFLICT_EVERY = 50;
    private static final int BATCH_EVERY = 4;
    private static final int LARGEST_BATCH = 40;
    private static final int RESEND_BATCH = 500;
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
        List<Random> seeds = new ArrayList<>();
        for (int i = 0; i < inFlight; i++) {
            seeds.add(new Random(random.nextLong()));
        }
        inParallel(seeds, choices -> {
            List<BookedEvent> acknowledged = new ArrayList<>();
            boolean answered = true;
            for (int sent = 0; answered && sent < eventsAtMost && !stop.getAsBoolean(); ) {
                List<BookedEvent> request = request(choices, acknowledged);
                answered = sender.send(request);
                request.stream().filter(BookedEvent::isAcknowledged).forEach(acknowledged::add);
                sent += request.size();
            }
        });
    }

    private List<BookedEvent> request(Random choices, List<BookedEvent> acknowledged) {
        int size = choices.nextInt(BATCH_EVERY) == 0 ? 2 + choices.nextInt(LARGEST_BATCH - 1) : 1;
        List<BookedEvent> request = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            boolean conflict = !acknowledged.isEmpty() && choices.nextInt(CONFLICT_EVERY) == 0;
            request.add(
                    conflict
                            ? books.conflicting(acknowledged.get(choices.nextInt(acknowledged.size())))
                            : books.next());
        }
        return request;
    }

    /**
     * Sends again everything that was not acknowledged and a share of what was, in another order.
     *
     * @param acknowledgedPercent the share, 0 to 100
     */
    public void resend(int acknowledgedPercent) throws InterruptedException {
        List<BookedEvent> again = new ArrayList<>();
        for (BookedEvent event : books.events()) {
            if (!event.isAcknowledged() || random.nextInt(100) < acknowledgedPercent) {
                again.add(event);
            }
        }
        Collections.shuffle(again, random);
        List<List<BookedEvent>> shares = new ArrayList<>();
        int share = again.size() / RESEND_THREADS + 1;
        for (int from = 0; from < again.size(); from += share) {
            shares.add(again.subList(from, Math.min(again.size(), from + share)));
        }
        inParallel(shares, events -> {
            for (int from = 0; from < events.size(); from += RESEND_BATCH) {
                resend(events.subList(from, Math.min(events.size(), from + RESEND_BATCH)));
            }
        });
    }

    /** An overloaded server gets a few attempts, one behind the other; events of refused ones stay as they are. */
    private void resend(List<BookedEvent> events) throws InterruptedException {
        sender.send(events);
        for (int attempt = 1; attempt < RESEND_ATTEMPTS; attempt++) {
            if (events.stream().allMatch(BookedEvent::isSettled)) {
                return;
            }
            sender.send(events);
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

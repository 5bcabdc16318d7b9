package dev.valora.ingest.intake;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue before the writer, limited by number and by weight, that can be closed without losing anything: an item is
 * weighed in before it is queued and weighed out after it is taken, so a closed inbox without weight will stay empty. Many
 * threads offer, one takes.
 */
final class Inbox<T> {

    private static final long CLOSED = 1L << 62;

    private final MpscAtomicArrayQueue<T> queue;
    private final AtomicLong state = new AtomicLong();
    private final long weightMax;

    Inbox(int itemsMax, long weightMax) {
        this.queue = new MpscAtomicArrayQueue<>(itemsMax);
        this.weightMax = weightMax;
    }

    /** @param weight at least 1 */
    Intake.Offer offer(T item, long weight) {
        long before;
        do {
            before = state.get();
            if (isClosed(before)) {
                return Intake.Offer.CLOSED;
            }
            if (before + weight > weightMax) {
                return Intake.Offer.FULL;
            }
        } while (!state.compareAndSet(before, before + weight));
        if (!queue.offer(item)) {
            state.addAndGet(-weight);
            return Intake.Offer.FULL;
        }
        return Intake.Offer.TAKEN;
    }

    /** The next item, which stays; null when there is none. The taking thread only. */
    @Nullable
    T peek() {
        return queue.peek();
    }

    /** Takes the item that was just peeked. The taking thread only. */
    void remove(long weight) {
        queue.poll();
        state.addAndGet(-weight);
    }

    /**
     * Takes all that is left in a closed inbox, also what somebody has weighed in and is about to queue. Each leaves the queue
     * before it is handed on. The taking thread only.
     */
    void drain(ToLongFunction<T> weight, Consumer<T> each) {
        while (!isEmpty()) {
            T item = peek();
            if (item == null) {
                Thread.onSpinWait();
            } else {
                remove(weight.applyAsLong(item));
                each.accept(item);
            }
        }
    }

    /** From now on every offer is refused. */
    void close() {
        state.updateAndGet(before -> before | CLOSED);
    }

    boolean isOpen() {
        return !isClosed(state.get());
    }

    /** Whether nothing is queued and nobody is about to queue. Final once the inbox is closed. */
    boolean isEmpty() {
        return weight() == 0;
    }

    /** Whether an offer would be refused for want of room. */
    boolean isFull() {
        return weight() >= weightMax || queue.size() >= queue.capacity();
    }

    int size() {
        return queue.size();
    }

    long weight() {
        return state.get() & ~CLOSED;
    }

    private static boolean isClosed(long state) {
        return (state & CLOSED) != 0;
    }
}

package dev.valora.aggregator.follow;

import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where threads wait until an entry is applied, and the agent until somebody waits. Any thread.
 */
final class AppliedGate {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final Condition wanted = lock.newCondition();
    // Under the lock: awaited sequences with how many threads await each; the flag keeps a wake-up that came too early.
    private final TreeMap<Long, Integer> awaited = new TreeMap<>();
    private boolean woken;

    private volatile long appliedSequence;
    private volatile long appliedThroughMicros;

    long appliedSequence() {
        return appliedSequence;
    }

    long appliedThroughMicros() {
        return appliedThroughMicros;
    }

    /** What is applied now. The agent's thread, and before it begins the one that starts it. */
    void advance(long sequence, long throughMicros) {
        lock.lock();
        try {
            appliedThroughMicros = throughMicros;
            appliedSequence = sequence;
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The first sequence that somebody awaits; {@link Long#MAX_VALUE} when nobody does. */
    long firstAwaited() {
        lock.lock();
        try {
            return awaited.isEmpty() ? Long.MAX_VALUE : awaited.firstKey();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the sequence is applied; false when it was not in time, or the thread was interrupted. */
    boolean await(long sequence, long nanos) {
        if (appliedSequence >= sequence) {
            return true;
        }
        lock.lock();
        try {
            awaited.merge(sequence, 1, Integer::sum);
            signalAgent();
            long left = nanos;
            while (appliedSequence < sequence && left > 0) {
                left = advanced.awaitNanos(left);
            }
            return appliedSequence >= sequence;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            awaited.compute(sequence, (key, count) -> count == null || count == 1 ? null : count - 1);
            lock.unlock();
        }
    }

    /** Ends the agent's {@link #idle}, now or when it begins. */
    void wake() {
        lock.lock();
        try {
            signalAgent();
        } finally {
            lock.unlock();
        }
    }

    private void signalAgent() {
        woken = true;
        wanted.signal();
    }

    /** The agent's thread: waits until woken, at most this long. */
    void idle(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (!woken && left > 0) {
                left = wanted.awaitNanos(left);
            }
            woken = false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}

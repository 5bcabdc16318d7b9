package dev.valora.ingest.http;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Byte arrays for bodies while they are received, in powers of two, kept for the next body. Bounded twice: by what all loops of
 * the server lend at once, and by what this one keeps. One event loop.
 */
final class BodyBuffers {

    /** The smallest array; most single events fit. */
    static final int MIN_BYTES = 4 << 10;

    private static final int KEPT_BYTES = 16 << 20;

    private final MemoryBudget budget;
    private final ArrayDeque<byte[]>[] kept;
    private long keptBytes;

    /** @param budget of all loops */
    BodyBuffers(MemoryBudget budget) {
        this.budget = budget;
        @SuppressWarnings({"unchecked", "rawtypes"})
        ArrayDeque<byte[]>[] stacks = new ArrayDeque[Integer.SIZE];
        for (int i = 0; i < stacks.length; i++) {
            stacks[i] = new ArrayDeque<>();
        }
        this.kept = stacks;
    }

    /** An array of at least this many bytes, with any content; null when all loops together lend too much. */
    byte @Nullable [] take(int minBytes) {
        int size = Math.max(MIN_BYTES, ceilingPowerOfTwo(minBytes));
        if (!budget.tryTake(size)) {
            return null;
        }
        byte[] array = kept[Integer.numberOfTrailingZeros(size)].pollLast();
        if (array == null) {
            return new byte[size];
        }
        keptBytes -= size;
        return array;
    }

    /** Takes an array back that {@link #take} gave. */
    void giveBack(byte[] array) {
        budget.giveBack(array.length);
        if (keptBytes + array.length <= KEPT_BYTES) {
            keptBytes += array.length;
            kept[Integer.numberOfTrailingZeros(array.length)].addLast(array);
        }
    }

    private static int ceilingPowerOfTwo(int bytes) {
        return bytes <= 1 ? 1 : Integer.highestOneBit(bytes - 1) << 1;
    }
}

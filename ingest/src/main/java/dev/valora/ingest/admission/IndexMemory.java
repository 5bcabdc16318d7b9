package dev.valora.ingest.admission;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A range of addresses off the heap that becomes memory from its beginning, a step at a time, in pages of 2 MiB where the
 * kernel has them. One range, because finding the right one of many costs a look-up as much as the look-up itself. Linux on 64
 * bits.
 *
 * <p>Java's own allocators fill what they give with zeros, on the thread that asks: there, a page of a virtual machine that was
 * never used before costs milliseconds. Here another thread can ask ahead, see {@link #prepare}.
 */
final class IndexMemory implements AutoCloseable {

    /** Addresses set apart; they cost nothing until they become memory. Five billion keys. */
    private static final long RESERVED_BYTES = 1L << 38;

    /** Bytes that become memory at once. */
    private static final long STEP_BYTES = 8L << 20;

    private static final long HUGE_PAGE_BYTES = 2L << 20;

    private static final int PROT_NONE = 0;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;
    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_POPULATE_WRITE = 23;

    private static final MethodHandle MMAP = find(
            "mmap",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNMAP =
            find("munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle MPROTECT = find("mprotect", lengthAndFlag());
    private static final MethodHandle MADVISE = find("madvise", lengthAndFlag());

    private final long address;
    private final long begin;
    private final MemorySegment all;

    // Any thread, under the lock; the one that is being prepared belongs to the preparing thread.
    private long usableBytes;

    /** @throws IllegalStateException when the process may not have so many addresses */
    IndexMemory() {
        address = map();
        if (address == -1) {
            throw new IllegalStateException("The system gives no addresses for the index of idempotency keys:"
                    + " a limit on virtual memory (ulimit -v) must allow " + (RESERVED_BYTES >> 30) + " GiB.");
        }
        begin = (address + HUGE_PAGE_BYTES - 1) & -HUGE_PAGE_BYTES;
        all = segment(begin, address + RESERVED_BYTES - begin);
    }

    /** Of the global arena, so that a look-up need not ask whether the memory is still there; its owner knows. */
    @SuppressWarnings("restricted")
    private static MemorySegment segment(long at, long bytes) {
        return MemorySegment.ofAddress(at).reinterpret(bytes, Arena.global(), null);
    }

    /** All of it; touching more than {@link #require} was asked for ends the process. */
    MemorySegment all() {
        return all;
    }

    /**
     * Makes the first {@code bytes} bytes usable; what is new is zero.
     *
     * @throws OutOfMemoryError when the system refuses
     */
    synchronized void require(long bytes) {
        while (usableBytes < bytes) {
            makeUsable(usableBytes);
            usableBytes += STEP_BYTES;
        }
    }

    private void makeUsable(long from) {
        if (from + STEP_BYTES > all.byteSize() || call(MPROTECT, begin + from, STEP_BYTES, PROT_READ_WRITE) != 0) {
            throw new OutOfMemoryError("The system gives no more memory for the index of idempotency keys, which has "
                    + (from >> 20) + " MiB.");
        }
        // Only advice: with small pages everything works, slower.
        call(MADVISE, begin + from, STEP_BYTES, MADV_HUGEPAGE);
    }

    /**
     * Has the kernel find the pages of the next step, if fewer than {@code bytes} bytes are usable. For one other thread than
     * those that {@link #require}; they are not made to wait.
     *
     * @return whether there was anything to do
     * @throws OutOfMemoryError when the system refuses
     */
    boolean prepare(long bytes) {
        long from = usable();
        if (from >= bytes) {
            return false;
        }
        makeUsable(from);
        for (long at = from; at < from + STEP_BYTES; at += HUGE_PAGE_BYTES) {
            // Changes nothing in a page that somebody has begun to use meanwhile. Older kernels refuse, and users wait.
            call(MADVISE, begin + at, HUGE_PAGE_BYTES, MADV_POPULATE_WRITE);
        }
        synchronized (this) {
            usableBytes = Math.max(usableBytes, from + STEP_BYTES);
        }
        return true;
    }

    private synchronized long usable() {
        return usableBytes;
    }

    /** Gives everything back; touching it afterwards ends the process. */
    @Override
    public void close() {
        try {
            if ((int) MUNMAP.invokeExact(address, RESERVED_BYTES) != 0) {
                throw new IllegalStateException("the memory of the index cannot be given back");
            }
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static long map() {
        try {
            return (long) MMAP.invokeExact(0L, RESERVED_BYTES, PROT_NONE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int call(MethodHandle function, long at, long bytes, int flag) {
        try {
            return (int) function.invokeExact(at, bytes, flag);
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static FunctionDescriptor lengthAndFlag() {
        return FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle find(String function, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), descriptor);
    }
}

package dev.valora.ingest.admission;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A range of addresses off the heap that becomes memory as it is touched, in pages of 2 MiB where the kernel has them. One range,
 * because finding the right one of many costs a look-up as much as the look-up itself. Linux on 64 bits.
 *
 * <p>Java's own allocators fill what they give with zeros, on the thread that asks: there, a page of a virtual machine that was
 * never used before costs milliseconds. Here other threads can have pages found before they are needed, see {@link #find}.
 */
final class IndexMemory implements AutoCloseable {

    /** Addresses set apart; they cost nothing until they become memory. Five billion keys. */
    private static final long RESERVED_BYTES = 1L << 38;

    /** What is made usable at once where the system counts memory before it is touched. */
    private static final long STEP_BYTES = 32L << 20;

    /** Of the pages that are asked for; the kernel may have smaller ones only. */
    static final int PAGE_BYTES = 2 << 20;

    private static final int PROT_NONE = 0;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;
    private static final int MADV_HUGEPAGE = 14;
    private static final long REFUSED = -1;

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
    private static final MethodHandle MEMSET = find(
            "memset",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));

    private final long address;
    private final long begin;
    private final MemorySegment all;

    private final boolean usableAtOnce;

    /** Grows under the lock, and only where not all of it is usable at once. */
    private volatile long usableBytes;

    /** @throws IllegalStateException when the process may not have so many addresses */
    IndexMemory() {
        long usable = map(PROT_READ_WRITE);
        usableAtOnce = usable != REFUSED;
        address = usableAtOnce ? usable : map(PROT_NONE);
        if (address == REFUSED) {
            throw new IllegalStateException("The system gives no addresses for the index of idempotency keys:"
                    + " a limit on virtual memory (ulimit -v) must allow " + (RESERVED_BYTES >> 30) + " GiB.");
        }
        begin = (address + PAGE_BYTES - 1) & -PAGE_BYTES;
        all = segment(begin, address + RESERVED_BYTES - begin);
        usableBytes = usableAtOnce ? all.byteSize() : 0;
        // Only advice: with small pages everything works, slower.
        call(MADVISE, begin, all.byteSize(), MADV_HUGEPAGE);
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

    /** Whether the system needs no more calls for it, be they ever so short, which would wait for a thread that finds a page. */
    boolean isUsableAtOnce() {
        return usableAtOnce;
    }

    /**
     * Makes the first {@code bytes} bytes usable; what is new is zero.
     *
     * @throws OutOfMemoryError when the system refuses
     */
    void require(long bytes) {
        if (!makeUsable(bytes)) {
            throw new OutOfMemoryError("The system gives no more memory for the index of idempotency keys, which has "
                    + (usableBytes >> 20) + " MiB.");
        }
    }

    /** As {@link #require}, for who can do without it: false when the system refuses. */
    boolean makeUsable(long bytes) {
        return bytes <= usableBytes || advanceTo(bytes);
    }

    private synchronized boolean advanceTo(long bytes) {
        while (usableBytes < bytes) {
            long from = usableBytes;
            if (from + STEP_BYTES > all.byteSize() || call(MPROTECT, begin + from, STEP_BYTES, PROT_READ_WRITE) != 0) {
                return false;
            }
            usableBytes = from + STEP_BYTES;
        }
        return true;
    }

    /**
     * Has the kernel find a page if it is usable, by writing 0 to its first byte, which must be nobody's. Where the kernel has
     * small pages only, that finds the first of them. Any number of threads.
     *
     * <p>Not by {@code madvise}, which keeps everybody from mapping files meanwhile; in a function of the system, not in Java,
     * which would keep collections waiting; and without a lock, since the caller may be one that gets hardly any time.
     *
     * @param page its first byte, a multiple of {@link #PAGE_BYTES}
     * @return false when it is not usable
     */
    boolean findPage(long page) {
        if (page >= usableBytes) {
            return false;
        }
        writeZero(begin + page);
        return true;
    }

    private static void writeZero(long at) {
        try {
            long written = (long) MEMSET.invokeExact(at, 0, 1L);
            assert written == at : "memset returns where it wrote";
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
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

    private static long map(int protection) {
        try {
            return (long) MMAP.invokeExact(0L, RESERVED_BYTES, protection, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
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

package dev.valora.config;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** What is left of a core when nobody else wants it: Linux's scheduling policy {@code SCHED_IDLE}, see sched(7). */
final class SpareTime {

    private static final int CALLING_THREAD = 0;
    private static final int SCHED_IDLE = 5;
    private static final int NO_PRIORITY = 0;

    private SpareTime() {}

    /**
     * Lets the calling thread run only in spare time from now on; a process without privileges cannot take that back. The thread
     * must hold nothing that another may have to wait for.
     *
     * @return false when the system does not know of this, and nothing has changed
     */
    @SuppressWarnings("restricted")
    static boolean only() {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("sched_setscheduler")
                .filter(function -> succeeds(linker.downcallHandle(
                        function,
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS))))
                .isPresent();
    }

    private static boolean succeeds(MethodHandle setScheduler) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameter = arena.allocateFrom(ValueLayout.JAVA_INT, NO_PRIORITY);
            return (int) setScheduler.invokeExact(CALLING_THREAD, SCHED_IDLE, parameter) == 0;
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

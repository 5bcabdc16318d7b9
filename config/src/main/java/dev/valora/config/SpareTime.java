package dev.valora.config;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is left of a core when nobody else wants it: Linux's scheduling policy {@code SCHED_IDLE}, see sched(7). */
final class SpareTime {

    private static final int CALLING_THREAD = 0;
    private static final int SCHED_IDLE = 5;
    private static final int NO_PRIORITY = 0;
    private static final int FIRST_MAJOR = 6;
    private static final int FIRST_MINOR = 4;
    private static final Pattern MAJOR_AND_MINOR = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

    private SpareTime() {}

    /**
     * Lets the calling thread run only in spare time from now on; a process without privileges cannot take that back. The thread
     * must hold nothing that another may have to wait for; before Linux 6.4 a thread that touches a new page holds what others need
     * to map a file.
     *
     * @return false when the system does not know of this or is older, and nothing has changed
     */
    @SuppressWarnings("restricted")
    static boolean only() {
        if (!findsPagesAlone(System.getProperty("os.version"))) {
            return false;
        }
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

    /** Whether a kernel of this version needs no lock of the whole process to find a page. */
    static boolean findsPagesAlone(String version) {
        Matcher numbers = MAJOR_AND_MINOR.matcher(version);
        if (!numbers.lookingAt()) {
            return false;
        }
        int major = Integer.parseInt(numbers.group(1));
        return major > FIRST_MAJOR || (major == FIRST_MAJOR && Integer.parseInt(numbers.group(2)) >= FIRST_MINOR);
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

package dev.valora.bench.server;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A signal that Java itself cannot send. Sent by a call of the C library, because starting a program for it takes longer than
 * what should be stopped takes to go on.
 */
enum Signal {
    /** SIGSTOP: the process does nothing more until it is told to go on or killed. Linux on x86 and ARM. */
    STOP(19);

    @SuppressWarnings("restricted")
    private static final MethodHandle KILL = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /** Sends it; false when there is no such process or it belongs to somebody else. */
    boolean send(long pid) {
        try {
            return (int) KILL.invokeExact((int) pid, number) == 0;
        } catch (Throwable impossible) {
            throw new IllegalStateException("kill cannot be called", impossible);
        }
    }
}

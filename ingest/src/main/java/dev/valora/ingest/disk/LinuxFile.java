package dev.valora.ingest.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What Linux does with a file and Java does not offer. All of it may be left out: elsewhere, and on file systems that cannot,
 * nothing happens and a method that was asked for more than advice says so. Any thread, one at a time.
 */
public final class LinuxFile implements AutoCloseable {

    private static final int WRITE_ONLY_CLOSED_ON_EXEC = 0x1 | 0x80000;
    private static final int KEEPING_NOTHING_BACK = 0;
    private static final int WRITE = 2;
    private static final int WAIT_WRITE_WAIT = 7;
    private static final int DONT_NEED = 4;
    private static final int EINTR = 4;
    private static final int ENOSYS = 38;
    private static final int EOPNOTSUPP = 95;

    private static final Linker.Option CAPTURES_ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final FunctionDescriptor ON_RANGE_BEFORE_FLAG = FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT);

    private static final @Nullable MethodHandle FALLOCATE = find(
            "fallocate",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG));
    private static final @Nullable MethodHandle SYNC_FILE_RANGE = find("sync_file_range", ON_RANGE_BEFORE_FLAG);
    private static final @Nullable MethodHandle FADVISE = find("posix_fadvise", ON_RANGE_BEFORE_FLAG);
    private static final @Nullable MethodHandle OPEN =
            find("open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final @Nullable MethodHandle CLOSE =
            find("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private static final int NONE = -1;

    private final Path file;
    private int descriptor;

    private LinuxFile(Path file, int descriptor) {
        this.file = file;
        this.descriptor = descriptor;
    }

    /** One call of the system, which tells its error in the captured state. */
    @FunctionalInterface
    private interface SystemCall {
        int run(MemorySegment captured) throws Throwable;
    }

    /** Opens a file that exists; it may be renamed afterwards. */
    public static LinuxFile open(Path file) throws IOException {
        MethodHandle open = OPEN;
        if (open == null || FALLOCATE == null || SYNC_FILE_RANGE == null || FADVISE == null || CLOSE == null) {
            return new LinuxFile(file, NONE);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file.toAbsolutePath().toString());
            int opened = call(captured -> (int) open.invokeExact(captured, name, WRITE_ONLY_CLOSED_ON_EXEC));
            if (opened < 0) {
                throw new IOException(file + " cannot be opened: error " + -opened);
            }
            return new LinuxFile(file, opened);
        }
    }

    /**
     * Sets blocks apart, so that a later write there finds room: what was not written there reads as zeros, what was is not
     * touched, and the file is at least so long afterwards.
     *
     * @param bytes at least 1
     * @return false when this system or this file system cannot; nothing has changed then
     * @throws IOException when there is no room
     */
    public boolean setApart(long offset, long bytes) throws IOException {
        MethodHandle fallocate = FALLOCATE;
        if (descriptor == NONE || fallocate == null) {
            return false;
        }
        int result;
        do {
            result = call(
                    captured -> (int) fallocate.invokeExact(captured, descriptor, KEEPING_NOTHING_BACK, offset, bytes));
        } while (result == -EINTR);
        if (result == -EOPNOTSUPP || result == -ENOSYS) {
            return false;
        }
        if (result < 0) {
            throw new IOException(bytes + " bytes of " + file + " cannot be set apart: error " + -result);
        }
        return true;
    }

    /** Has the disk begin to write what was written to the file, so that a force finds less to do. Promises nothing. */
    public void beginWriting(long offset, long bytes) {
        write(offset, bytes, WRITE);
    }

    private void write(long offset, long bytes, int how) {
        MethodHandle syncFileRange = SYNC_FILE_RANGE;
        if (descriptor != NONE && syncFileRange != null) {
            call(captured -> (int) syncFileRange.invokeExact(captured, descriptor, offset, bytes, how));
        }
    }

    /** Waits until the disk has written this part, and lets the system use the memory that it took for something else. */
    public void writeAndForget(long offset, long bytes) {
        write(offset, bytes, WAIT_WRITE_WAIT);
        forget(offset, bytes);
    }

    /** Lets the system use the memory in which it keeps this part of the file for something else, as far as it is on disk. */
    public void forget(long offset, long bytes) {
        MethodHandle fadvise = FADVISE;
        if (descriptor != NONE && fadvise != null) {
            call(captured -> (int) fadvise.invokeExact(captured, descriptor, offset, bytes, DONT_NEED));
        }
    }

    @Override
    public void close() throws IOException {
        MethodHandle close = CLOSE;
        if (descriptor == NONE || close == null) {
            return;
        }
        int closing = descriptor;
        descriptor = NONE;
        int result = call(captured -> (int) close.invokeExact(captured, closing));
        if (result < 0) {
            throw new IOException(file + " cannot be closed: error " + -result);
        }
    }

    /** What the call returned; the negative number of the error when it failed. */
    private static int call(SystemCall call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment captured = arena.allocate(Linker.Option.captureStateLayout());
            int result = call.run(captured);
            return result < 0 ? -(int) ERRNO.get(captured, 0L) : result;
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @SuppressWarnings("restricted")
    private static @Nullable MethodHandle find(String function, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(function)
                .map(address -> linker.downcallHandle(address, descriptor, CAPTURES_ERRNO))
                .orElse(null);
    }
}

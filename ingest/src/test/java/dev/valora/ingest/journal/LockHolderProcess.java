package dev.valora.ingest.journal;

import java.nio.file.Path;

/** Holds a data directory until its input ends. */
final class LockHolderProcess {

    private LockHolderProcess() {}

    public static void main(String[] arguments) throws Exception {
        try (AutoCloseable lock = DataDirectoryLock.acquire(Path.of(arguments[0]))) {
            System.out.println("holding by " + lock.getClass().getSimpleName());
            System.out.flush();
            while (System.in.read() >= 0) {
                // until the parent lets go
            }
        }
    }
}

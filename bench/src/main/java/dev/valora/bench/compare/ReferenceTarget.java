package dev.valora.bench.compare;

import dev.valora.bench.load.Fates;
import dev.valora.bench.reference.EventDatabase;
import dev.valora.bench.reference.ReferenceKind;
import dev.valora.bench.server.BenchProcess;
import dev.valora.bench.server.Directories;
import dev.valora.bench.server.LeftDatabases;
import dev.valora.bench.server.ProcessorUse;
import dev.valora.bench.server.ReadyProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A reference server in a process of its own, with a directory for its database, which is removed at the end. */
final class ReferenceTarget implements Target {

    private final ReferenceKind kind;
    private final Path directory;
    private final ReadyProcess process;
    private final List<String> ready;
    private Fates all = Fates.NONE;

    private ReferenceTarget(ReferenceKind kind, Path directory, ReadyProcess process) {
        this.kind = kind;
        this.directory = directory;
        this.process = process;
        this.ready = List.of(process.readyLine().split(" ", -1));
    }

    /** @param parent where the database is made: the disk that is measured */
    static ReferenceTarget start(ReferenceKind kind, Path parent) throws InterruptedException {
        Path directory = Directories.temporary(parent);
        try {
            ReadyProcess process = BenchProcess.start(
                    List.of("reference", "--kind", kind.name(), "--directory", directory.toString()));
            return new ReferenceTarget(kind, directory, process);
        } catch (RuntimeException | InterruptedException e) {
            remove(directory);
            throw e;
        }
    }

    @Override
    public URI address() {
        return URI.create(ready.get(1));
    }

    @Override
    public String key() {
        return "unread";
    }

    @Override
    public ProcessorUse processorUse() {
        return process.processorUse();
    }

    @Override
    public Background background() {
        return Background.NONE;
    }

    @Override
    public Duration settle(Fates sent) throws InterruptedException {
        if (kind.needsDatabase()) {
            all = all.plus(sent);
            long stored = EventDatabase.count(ready.getLast());
            if (stored < all.accepted() || stored > all.accepted() + all.unknown()) {
                throw new IllegalStateException(
                        stored + " events are stored, but " + all.accepted() + " were accepted");
            }
        }
        return Duration.ZERO;
    }

    @Override
    public void close() {
        process.close();
        remove(directory);
    }

    private static void remove(Path directory) {
        LeftDatabases.end(directory);
        Directories.delete(directory);
    }
}

package dev.valora.ingest.keys;

import dev.valora.ingest.JournalCorruptException;
import dev.valora.ingest.Position;
import dev.valora.ingest.admission.DedupIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills an index from key files, partition after partition: a partition's keys come from all files while its memory is in
 * the processor's cache, and each thread has partitions of its own. One use; one thread begins, ends and closes it.
 */
public final class KeyLoad implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyLoad.class);
    private static final int THREADS_MAX = 8;

    /** Bytes of keys that a thread reads before it claims them: long stretches for the disk, little memory. */
    private static final int BUFFER_BYTES = 16 << 20;

    /**
     * Partitions that are not made large enough at once, so that the code that grows one is compiled before the writer needs
     * it: interpreted, it would stop the writer for tens of milliseconds.
     */
    private static final int GROWN_PARTITIONS = 16;

    /** Keys whose places are read before the first of them is claimed. */
    private static final int CLAIM_GROUP_BYTES = 128 * KeyRun.KEY_BYTES;

    private final List<KeyFile> files;
    private final DedupIndex index;
    private final int moreOfEach;
    private final long[] keysOf = new long[DedupIndex.PARTITIONS];

    // The thread that begins and ends it.
    private final List<Thread> threads = new ArrayList<>();

    // Any of the loading threads.
    private final AtomicInteger nextPartition = new AtomicInteger();
    private final AtomicLong loaded = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Set<KeyFile> damaged = ConcurrentHashMap.newKeySet();

    /** Written only, so that the reads ahead are not optimized away. */
    volatile long touched;

    /** Of these files alone. */
    public KeyLoad(List<KeyFile> files, DedupIndex index) {
        this(files, index, 0);
    }

    /**
     * @param index nobody else may use it from {@link #begin} until {@link #end} or {@link #close} has returned
     * @param more keys that will be claimed afterwards, about: room is made for them at once, not by growing again
     */
    public KeyLoad(List<KeyFile> files, DedupIndex index, long more) {
        this.files = List.copyOf(files);
        this.index = index;
        this.moreOfEach = Math.toIntExact(more / DedupIndex.PARTITIONS);
        for (KeyFile file : this.files) {
            for (int run = 0; run < file.runs(); run++) {
                for (int partition = 0; partition < DedupIndex.PARTITIONS; partition++) {
                    keysOf[partition] += file.keys(run, partition, partition + 1);
                }
            }
        }
    }

    /** Begins, and waits for the end: see there. */
    public Set<KeyFile> run(LongConsumer progress) {
        begin();
        return end(progress);
    }

    /** Begins to claim every key of every file, on threads of its own. */
    public void begin() {
        long keys = Arrays.stream(keysOf).sum() + (long) moreOfEach * DedupIndex.PARTITIONS;
        long bytes = index.bytesWith(keys);
        int loaders = Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors());
        for (int i = 0; i < loaders; i++) {
            int share = i;
            threads.add(Thread.ofPlatform().name("valora-keys-" + i).start(() -> load(bytes, share, loaders)));
        }
    }

    /**
     * Waits until every key of every file is claimed.
     *
     * @param progress told about ten times a second, on the calling thread, how many keys were claimed
     * @return the files that turned out not to be intact, which was said; some of their keys may have been claimed
     * @throws JournalCorruptException when two events have the same key
     */
    public Set<KeyFile> end(LongConsumer progress) {
        join(progress);
        return switch (failure.get()) {
            case null -> Set.copyOf(damaged);
            case RuntimeException thrown -> throw thrown;
            case Error thrown -> throw thrown;
            case Throwable other -> throw new IllegalStateException(other);
        };
    }

    private void join(LongConsumer progress) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                tell(progress);
                try {
                    thread.join(100);
                } catch (InterruptedException stop) {
                    interrupted = true;
                    failure.compareAndSet(null, new IllegalStateException("interrupted while reading key files"));
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops what has not ended, and returns when it has: the index and the files may be closed then. */
    @Override
    public void close() {
        failure.compareAndSet(null, new IllegalStateException("the reading of key files was given up"));
        join(claimed -> {});
    }

    /** What it throws ends the load, but not before the threads have ended: the index may be released then. */
    private void tell(LongConsumer progress) {
        try {
            progress.accept(loaded.get());
        } catch (RuntimeException stop) {
            failure.compareAndSet(null, stop);
        }
    }

    private void load(long indexBytes, int share, int shares) {
        try {
            DedupIndex.Loader loader = index.loader();
            index.memoryAhead().findShare(indexBytes, share, shares, () -> failure.get() != null);
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            int step = partitionsAtOnce();
            for (int from = nextPartition.getAndAdd(step);
                    from < DedupIndex.PARTITIONS && failure.get() == null;
                    from = nextPartition.getAndAdd(step)) {
                buffer = load(loader, from, Math.min(DedupIndex.PARTITIONS, from + step), buffer);
            }
        } catch (RuntimeException | Error thrown) {
            failure.compareAndSet(null, thrown);
        }
    }

    private int partitionsAtOnce() {
        long most = 1;
        for (long keys : keysOf) {
            most = Math.max(most, keys);
        }
        return Math.clamp(BUFFER_BYTES / (most * KeyRun.KEY_BYTES), 1, DedupIndex.PARTITIONS / THREADS_MAX);
    }

    private ByteBuffer load(DedupIndex.Loader loader, int from, int to, ByteBuffer given) {
        long bytes = 0;
        for (int partition = from; partition < to; partition++) {
            bytes += keysOf[partition] * KeyRun.KEY_BYTES;
            if (partition >= GROWN_PARTITIONS) {
                loader.reserve(partition, Math.toIntExact(keysOf[partition]) + moreOfEach);
            }
        }
        ByteBuffer buffer = bytes <= given.capacity()
                ? given
                : ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        // Where in the buffer the keys of each run begin, and at the end where they all end.
        List<Piece> pieces = read(from, to, buffer.clear());
        for (int partition = from; partition < to; partition++) {
            for (Piece piece : pieces) {
                int begin = piece.offset() + piece.file().keys(piece.run(), from, partition) * KeyRun.KEY_BYTES;
                claim(loader, buffer, begin, piece.file().keys(piece.run(), partition, partition + 1));
            }
        }
        return buffer;
    }

    /** What was read of one run. */
    private record Piece(KeyFile file, int run, int offset) {}

    private List<Piece> read(int from, int to, ByteBuffer buffer) {
        List<Piece> pieces = new ArrayList<>();
        for (KeyFile file : files) {
            for (int run = 0; run < file.runs() && !damaged.contains(file); run++) {
                int offset = buffer.position();
                try {
                    file.readKeys(run, from, to, buffer);
                    pieces.add(new Piece(file, run, offset));
                } catch (IOException | DamagedKeyFileException unusable) {
                    if (damaged.add(file)) {
                        LOG.warn(
                                "The key file {} cannot be used: {}. Journal file {} is read instead, and it is"
                                        + " written anew.",
                                file.path(),
                                unusable.getMessage(),
                                file.span().number());
                    }
                }
            }
        }
        return pieces;
    }

    private void claim(DedupIndex.Loader loader, ByteBuffer buffer, int begin, int keys) {
        int end = begin + keys * KeyRun.KEY_BYTES;
        long sum = 0;
        for (int group = begin; group < end; group += CLAIM_GROUP_BYTES) {
            int groupEnd = Math.min(end, group + CLAIM_GROUP_BYTES);
            for (int at = group; at < groupEnd; at += KeyRun.KEY_BYTES) {
                sum += loader.touch(buffer.getLong(at));
            }
            for (int at = group; at < groupEnd; at += KeyRun.KEY_BYTES) {
                claim(loader, buffer, at);
            }
        }
        touched = sum;
        loaded.addAndGet(keys);
    }

    private static void claim(DedupIndex.Loader loader, ByteBuffer buffer, int at) {
        long position = buffer.getLong(at + KeyRun.POSITION);
        long high = buffer.getLong(at);
        long low = buffer.getLong(at + KeyRun.LOW);
        if (!loader.claim(high, low, buffer.getLong(at + KeyRun.FINGERPRINT), position)) {
            long other = loader.foundPosition();
            throw new JournalCorruptException("the event at " + Position.unpack(Math.max(position, other))
                    + " has the key of the one at " + Position.unpack(Math.min(position, other)));
        }
    }
}

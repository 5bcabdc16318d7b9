package dev.valora.ingest.intake;

import dev.valora.ingest.Position;
import dev.valora.ingest.RecordLayout;
import dev.valora.ingest.admission.EntryDraft;
import dev.valora.ingest.admission.UsageBatch;
import dev.valora.ingest.admission.Verdict;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jctools.queues.atomic.SpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What was just committed, on its way from the writer to the key file of the open journal file: hashes that the writer has at hand
 * and that cost most of the making of a key file when they are computed again. In blocks, of which there is a fixed number: when
 * the other side does not keep up, keys are lost here, and the other side reads from the journal what is missing before a block.
 *
 * <p>Two threads: the writer commits, the one that writes key files takes.
 */
public final class ClaimedKeys {

    private static final int BLOCKS = 24;
    private static final int KEYS_A_BLOCK = 1 << 15;
    private static final int OTHERS_A_BLOCK = 1 << 10;
    private static final int OTHER_BYTES_A_BLOCK = 1 << 20;

    // Any of the two threads.
    private final SpscAtomicArrayQueue<Block> free;
    private final SpscAtomicArrayQueue<Block> full;
    private final int blocks;
    private final int keysABlock;
    private volatile boolean wanted;

    // The writer's thread.
    private @Nullable Block filling;
    private boolean lost;
    private long committedSequence;
    private int made;

    /** A record that is not an event. */
    static final class Other {
        private final long position;
        private final byte[] bytes;

        private Other(long position, byte[] bytes) {
            this.position = position;
            this.bytes = bytes;
        }

        long position() {
            return position;
        }

        /** The record from offset 0 on. */
        byte[] bytes() {
            return bytes;
        }
    }

    /** Consecutive keys and other records, of one journal file or of several. */
    static final class Block {

        private static final int KEY_BYTES = 4 * Long.BYTES;

        private final ByteBuffer keys;
        private final List<Other> others = new ArrayList<>();
        private int otherBytes;
        private boolean followsLoss;
        private long throughSequence;

        private Block(int keyCount) {
            keys = ByteBuffer.allocateDirect(keyCount * KEY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        }

        private void begin(boolean afterLoss, long sequence) {
            keys.clear();
            others.clear();
            otherBytes = 0;
            followsLoss = afterLoss;
            throughSequence = sequence;
        }

        private boolean isFull() {
            return !keys.hasRemaining() || others.size() == OTHERS_A_BLOCK || otherBytes >= OTHER_BYTES_A_BLOCK;
        }

        /** Whether something between the block before and this one is missing. */
        boolean followsLoss() {
            return followsLoss;
        }

        /** Everything up to this entry is in this block or in one before, but for what was lost. */
        long throughSequence() {
            return throughSequence;
        }

        /** Packed, of the first key or other record; where there is none, of what comes behind this block. */
        long firstPosition() {
            return Math.min(
                    keyCount() == 0 ? Position.pack(throughSequence + 1, 0) : position(0),
                    others.isEmpty() ? Long.MAX_VALUE : others.getFirst().position());
        }

        int keyCount() {
            return keys.position() / KEY_BYTES;
        }

        long high(int key) {
            return keys.getLong(key * KEY_BYTES);
        }

        long low(int key) {
            return keys.getLong(key * KEY_BYTES + 8);
        }

        long fingerprint(int key) {
            return keys.getLong(key * KEY_BYTES + 16);
        }

        long position(int key) {
            return keys.getLong(key * KEY_BYTES + 24);
        }

        List<Other> others() {
            return others;
        }
    }

    /** Room for three quarters of a million keys. */
    public ClaimedKeys() {
        this(BLOCKS, KEYS_A_BLOCK);
    }

    /** @param blocks there are at most */
    ClaimedKeys(int blocks, int keysABlock) {
        this.blocks = blocks;
        this.keysABlock = keysABlock;
        this.free = new SpscAtomicArrayQueue<>(blocks);
        this.full = new SpscAtomicArrayQueue<>(blocks);
    }

    /**
     * Takes what an entry that is on disk has. The writer's thread.
     *
     * @param commandRecords records at the beginning of the entry that no batch brought
     */
    void committed(EntryDraft entry, int commandRecords, Collection<UsageBatch> group) {
        int record = RecordLayout.ENTRY_HEADER_BYTES;
        for (int i = 0; i < commandRecords; i++) {
            int length = RecordLayout.getInt(entry.bytes(), record + RecordLayout.RECORD_LENGTH);
            other(Position.pack(entry.sequence(), i), Arrays.copyOfRange(entry.bytes(), record, record + length));
            record += length;
        }
        long position = Position.pack(entry.sequence(), commandRecords);
        for (UsageBatch batch : group) {
            position = batch.accepted() == 0 ? position : keys(batch, position);
        }
        committedSequence = entry.sequence();
        if (filling != null) {
            filling.throughSequence = committedSequence;
        }
    }

    /** Hands over what there is, if it was asked for. The writer's thread, between two entries. */
    void flushIfWanted() {
        if (wanted) {
            wanted = false;
            flush();
        }
    }

    /** Hands over what there is. The writer's thread, between two entries. */
    void flush() {
        Block block = room();
        if (block != null) {
            block.throughSequence = committedSequence;
            publish(block);
        }
    }

    private void other(long position, byte[] record) {
        Block block = room();
        if (block == null) {
            lost = true;
        } else {
            block.others.add(new Other(position, record));
            block.otherBytes += record.length;
        }
    }

    private long keys(UsageBatch batch, long firstPosition) {
        long position = firstPosition;
        Block block = room();
        for (int i = 0; i < batch.size(); i++) {
            if (batch.verdict[i] == Verdict.ACCEPTED) {
                if (block != null && block.isFull()) {
                    block = room();
                }
                if (block == null) {
                    lost = true;
                } else {
                    block.keys
                            .putLong(batch.hashHigh[i])
                            .putLong(batch.hashLow[i])
                            .putLong(batch.fingerprint[i])
                            .putLong(position);
                }
                position++;
            }
        }
        return position;
    }

    /** A block that is not full; null when none is free. */
    private @Nullable Block room() {
        Block block = filling;
        if (block != null && block.isFull()) {
            publish(block);
            block = null;
        }
        if (block == null) {
            block = free.poll();
            if (block == null && made < blocks) {
                made++;
                block = new Block(keysABlock);
            }
            if (block != null) {
                block.begin(lost, committedSequence);
                filling = block;
                lost = false;
            }
        }
        return block;
    }

    private void publish(Block block) {
        filling = null;
        if (!full.offer(block)) {
            throw new IllegalStateException("there are more blocks than were made");
        }
    }

    /** The next block, to be given back; null when none is full. The other thread. */
    @Nullable
    Block take() {
        return full.poll();
    }

    /** The other thread. */
    void giveBack(Block block) {
        free.offer(block);
    }

    /** Asks for what there is, full or not; it comes with the writer's next step. The other thread. */
    void want() {
        wanted = true;
    }
}

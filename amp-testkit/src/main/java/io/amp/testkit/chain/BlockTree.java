package io.amp.testkit.chain;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.NetworkId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Every block a chain ever had, and which of them are the chain right now. Thread-safe.
 *
 * <pre>{@code
 * BlockTree tree = BlockTree.withGenesis(new NetworkId("anvil"), seed);
 * tree.mine(5);             // 0..5
 * EvmBlock a = tree.head();
 * tree.reorg(2, 3);         // 4', 5', 6' on top of 3
 * tree.setHead(a);          // and back: A, B, A
 * }</pre>
 */
public final class BlockTree {
    private final NetworkId network;
    private final EvmBlockMaker maker;
    private final Map<BlockHash, EvmBlock> blocks = new HashMap<>();
    private final NavigableMap<Long, EvmBlock> canonical = new TreeMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private long salt;
    private long skipped;
    private long version;
    private @Nullable Long finalized;
    private long finalizedDistance = 64;

    private BlockTree(NetworkId network, EvmBlockMaker maker, long seed) {
        this.network = network;
        this.maker = maker;
        this.salt = seed;
    }

    /** A chain without any block; the first one mined is block 0. */
    public static BlockTree empty(NetworkId network, long seed) {
        return empty(network, new EvmBlockMaker(5), seed);
    }

    public static BlockTree empty(NetworkId network, EvmBlockMaker maker, long seed) {
        return new BlockTree(network, maker, seed);
    }

    /** A chain of block 0. */
    public static BlockTree withGenesis(NetworkId network, long seed) {
        BlockTree tree = empty(network, seed);
        tree.mine();
        return tree;
    }

    public NetworkId network() {
        return network;
    }

    /** Adds a block on the head and makes it the head. */
    public EvmBlock mine() {
        EvmBlock block;
        synchronized (this) {
            block = add(canonical.isEmpty() ? null : canonical.lastEntry().getValue());
            canonical.put(block.number(), block);
            version++;
        }
        changed();
        return block;
    }

    /** @return the new blocks in order */
    public List<EvmBlock> mine(int count) {
        List<EvmBlock> mined = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            mined.add(mine());
        }
        return mined;
    }

    /** Leaves {@code count} numbers without a block, as chains with slots do; the next mined block links across them. */
    public synchronized void skip(long count) {
        skipped += count;
    }

    /**
     * Replaces the {@code depth} highest blocks by a new branch of {@code length} blocks, in one step.
     *
     * @param length may be below {@code depth}: a reorganisation to a shorter chain; 0 just drops blocks
     * @return the new blocks in order
     */
    public List<EvmBlock> reorg(int depth, int length) {
        List<EvmBlock> branch = new ArrayList<>();
        synchronized (this) {
            if (depth > canonical.size()) {
                throw new IllegalArgumentException("only " + canonical.size() + " blocks to replace, not " + depth);
            }
            for (int i = 0; i < depth; i++) {
                canonical.pollLastEntry();
            }
            for (int i = 0; i < length; i++) {
                EvmBlock block =
                        add(canonical.isEmpty() ? null : canonical.lastEntry().getValue());
                canonical.put(block.number(), block);
                branch.add(block);
            }
            version++;
        }
        changed();
        return branch;
    }

    /** Makes the branch that ends in {@code head} the chain. */
    public void setHead(EvmBlock head) {
        synchronized (this) {
            canonical.clear();
            EvmBlock block = head;
            while (true) {
                canonical.put(block.number(), block);
                EvmBlock parent = blocks.get(block.parentHash());
                if (parent == null) {
                    break;
                }
                block = parent;
            }
            version++;
        }
        changed();
    }

    /** @throws IllegalStateException when there is no block */
    public EvmBlock head() {
        return findHead().orElseThrow(() -> new IllegalStateException("the chain has no block"));
    }

    public synchronized Optional<EvmBlock> findHead() {
        return canonical.isEmpty()
                ? Optional.empty()
                : Optional.of(canonical.lastEntry().getValue());
    }

    /** The block of that number on the chain as it is now. */
    public synchronized Optional<EvmBlock> find(long number) {
        return Optional.ofNullable(canonical.get(number));
    }

    /** A block of any branch. */
    public synchronized Optional<EvmBlock> find(BlockHash hash) {
        return Optional.ofNullable(blocks.get(hash));
    }

    /** The chain as it is now, from the first block. */
    public synchronized List<EvmBlock> chain() {
        return List.copyOf(canonical.values());
    }

    /** From now on this number is the finalized one. */
    public void finalizeAt(long number) {
        synchronized (this) {
            finalized = number;
            version++;
        }
        changed();
    }

    /** How far finality follows the head when not set by {@link #finalizeAt}; 64 at first. */
    public synchronized void finalizedDistance(long blocks) {
        finalizedDistance = blocks;
    }

    /** Newest finalized number; empty when nothing is final yet. */
    public synchronized OptionalLong finalizedNumber() {
        if (canonical.isEmpty()) {
            return OptionalLong.empty();
        }
        long number = finalized == null ? canonical.lastKey() - finalizedDistance : finalized;
        Long existing = canonical.floorKey(number);
        return existing == null ? OptionalLong.empty() : OptionalLong.of(existing);
    }

    /** Grows with every change. */
    public synchronized long version() {
        return version;
    }

    /** Calls back after every change, on the thread that made it, until closed. */
    public AutoCloseable onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private EvmBlock add(@Nullable EvmBlock parent) {
        long number = parent == null ? 0 : parent.number() + 1;
        EvmBlock block = maker.make(number + skipped, parent == null ? BlockHash.ZERO : parent.hash(), salt++);
        skipped = 0;
        blocks.put(block.hash(), block);
        return block;
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }
}

package io.amp.testkit.chain;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.chain.BlockLink;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes up blocks: the same place in the tree and salt give the same block. Rows obey every rule of the schemas (types of transactions,
 * nullability, log numbering, failed transactions without logs), but hashes are arbitrary, so these blocks do not verify.
 *
 * @param transactionsMax most transactions in a block; the number varies from 0
 */
public record EvmBlockMaker(int transactionsMax) {
    private static final Instant GENESIS = Instant.ofEpochSecond(1_700_000_000);
    private static final int[] TYPES = {0, 0, 1, 2, 2, 2, 3, 4, 126};
    private static final long CHAIN_ID = 31_337;

    /** @param salt tells siblings apart */
    public EvmBlock make(long number, BlockHash parent, long salt) {
        BlockHash hash = hash(number, parent, salt);
        Instant timestamp = GENESIS.plusSeconds(12 * number);
        SplittableRandom random = new SplittableRandom(hash.word0());
        List<Map<String, @Nullable Object>> transactions = new ArrayList<>();
        List<Map<String, @Nullable Object>> logs = new ArrayList<>();
        long gasUsed = 0;
        int count = transactionsMax == 0 ? 0 : random.nextInt(transactionsMax + 1);
        for (int index = 0; index < count; index++) {
            Map<String, @Nullable Object> transaction = transaction(number, hash, timestamp, index, random);
            gasUsed += (Long) required(transaction, "gas_used");
            transactions.add(transaction);
            int logCount = Boolean.TRUE.equals(transaction.get("status")) ? random.nextInt(4) : 0;
            for (int i = 0; i < logCount; i++) {
                logs.add(log(transaction, logs.size(), random));
            }
        }
        return new EvmBlock(
                new BlockLink(number, hash, parent, timestamp.getEpochSecond()),
                header(number, hash, parent, timestamp, gasUsed, random),
                transactions,
                logs);
    }

    private static Map<String, @Nullable Object> header(
            long number, BlockHash hash, BlockHash parent, Instant timestamp, long gasUsed, SplittableRandom random) {
        boolean cancun = random.nextBoolean();
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("_block_num", number);
        row.put("block_num", number);
        row.put("timestamp", timestamp);
        row.put("hash", hex(hash));
        row.put("parent_hash", hex(parent));
        row.put("ommers_hash", bytes(32, random));
        row.put("miner", bytes(20, random));
        row.put("state_root", bytes(32, random));
        row.put("transactions_root", bytes(32, random));
        row.put("receipt_root", bytes(32, random));
        row.put("logs_bloom", bytes(256, random));
        row.put("difficulty", BigInteger.valueOf(random.nextLong(1L << 60)));
        row.put(
                "total_difficulty",
                random.nextBoolean()
                        ? BigInteger.valueOf(random.nextLong(1L << 62)).pow(2)
                        : null);
        row.put("gas_limit", 30_000_000L);
        row.put("gas_used", gasUsed);
        row.put("extra_data", bytes(random.nextInt(33), random));
        row.put("mix_hash", bytes(32, random));
        row.put("nonce", random.nextLong());
        row.put("base_fee_per_gas", random.nextInt(8) == 0 ? null : BigInteger.valueOf(random.nextLong(1L << 40)));
        row.put("withdrawals_root", cancun ? bytes(32, random) : null);
        row.put("blob_gas_used", cancun ? (Long) random.nextLong(1L << 20) : null);
        row.put("excess_blob_gas", cancun ? (Long) random.nextLong(1L << 20) : null);
        row.put("parent_beacon_root", cancun ? bytes(32, random) : null);
        row.put("requests_hash", cancun && random.nextBoolean() ? bytes(32, random) : null);
        return row;
    }

    private static Map<String, @Nullable Object> transaction(
            long number, BlockHash block, Instant timestamp, int index, SplittableRandom random) {
        int type = TYPES[random.nextInt(TYPES.length)];
        boolean standard = type <= 4;
        boolean feeMarket = type >= 2 && standard;
        BigInteger fee = BigInteger.valueOf(random.nextLong(1L << 50));
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("_block_num", number);
        row.put("block_hash", hex(block));
        row.put("block_num", number);
        row.put("timestamp", timestamp);
        row.put("tx_index", (long) index);
        row.put("tx_hash", bytes(32, random));
        row.put("to", random.nextInt(6) == 0 && type < 3 ? null : bytes(20, random));
        row.put("nonce", random.nextLong(1L << 32));
        row.put("gas_price", type <= 1 ? fee : null);
        row.put("gas_limit", 21_000 + random.nextLong(1L << 24));
        row.put("value", wei(random).toString());
        row.put("input", bytes(random.nextInt(4) == 0 ? 0 : 4 + 32 * random.nextInt(6), random));
        row.put("r", standard ? bytes(32, random) : "00".repeat(32));
        row.put("s", standard ? bytes(32, random) : "00".repeat(32));
        row.put("v_parity", standard && random.nextBoolean());
        row.put("chain_id", standard && (type > 0 || random.nextInt(3) > 0) ? (Long) CHAIN_ID : null);
        row.put("gas_used", 21_000 + random.nextLong(1L << 20));
        row.put("type", (long) type);
        row.put("max_fee_per_gas", standard ? fee : BigInteger.ZERO);
        row.put("max_priority_fee_per_gas", feeMarket ? fee.shiftRight(3) : null);
        row.put("max_fee_per_blob_gas", type == 3 ? BigInteger.valueOf(random.nextLong(1L << 30)) : null);
        row.put("from", bytes(20, random));
        row.put("status", random.nextInt(8) > 0);
        row.put("state_root", null);
        row.put("access_list", type >= 1 && standard ? accessList(random) : null);
        row.put("blob_versioned_hashes", type == 3 ? hashes(1 + random.nextInt(3), random) : null);
        row.put("authorization_list", type == 4 ? authorizations(random) : null);
        return row;
    }

    private static Map<String, @Nullable Object> log(
            Map<String, @Nullable Object> transaction, int logIndex, SplittableRandom random) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("_block_num", transaction.get("_block_num"));
        row.put("block_hash", transaction.get("block_hash"));
        row.put("block_num", transaction.get("block_num"));
        row.put("timestamp", transaction.get("timestamp"));
        row.put("tx_hash", transaction.get("tx_hash"));
        row.put("tx_index", transaction.get("tx_index"));
        row.put("log_index", (long) logIndex);
        row.put("address", bytes(20, random));
        int topics = random.nextInt(5);
        for (int i = 0; i < 4; i++) {
            row.put("topic" + i, i < topics ? bytes(32, random) : null);
        }
        row.put("data", bytes(32 * random.nextInt(4), random));
        return row;
    }

    private static List<Map<String, Object>> accessList(SplittableRandom random) {
        List<Map<String, Object>> items = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            items.add(Map.of("address", bytes(20, random), "storage_keys", hashes(random.nextInt(3), random)));
        }
        return items;
    }

    private static List<Map<String, Object>> authorizations(SplittableRandom random) {
        List<Map<String, Object>> items = new ArrayList<>();
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            items.add(Map.of(
                    "chain_id", CHAIN_ID,
                    "address", bytes(20, random),
                    "nonce", random.nextLong(1L << 40),
                    "y_parity", random.nextBoolean(),
                    "r", bytes(32, random),
                    "s", bytes(32, random)));
        }
        return items;
    }

    private static List<String> hashes(int count, SplittableRandom random) {
        List<String> hashes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hashes.add(bytes(32, random));
        }
        return hashes;
    }

    /** From 0 to 256 bits. */
    private static BigInteger wei(SplittableRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return new BigInteger(1, bytes).shiftRight(random.nextInt(257));
    }

    private static Object required(Map<String, @Nullable Object> row, String column) {
        Object value = row.get(column);
        if (value == null) {
            throw new IllegalStateException(column);
        }
        return value;
    }

    private static String hex(BlockHash hash) {
        return hash.toString().substring(2);
    }

    private static String bytes(int length, SplittableRandom random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static BlockHash hash(long number, BlockHash parent, long salt) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(ByteBuffer.allocate(16).putLong(number).putLong(salt).array());
            return BlockHash.of(sha.digest(parent.toBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

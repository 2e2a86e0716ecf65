package io.amp.app.fault;

import io.amp.testkit.chain.AnvilNode;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Transactions of every kind for a real node: transfers of a token, failing ones, deployments, with a blob, with an authorisation. */
final class AnvilTraffic {
    private static final String TRANSFER = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

    /*
     * transfer(address to, uint256 amount), whatever the selector: takes from the caller's balance, reverts when that is too small, adds
     * to the receiver's, and emits Transfer(caller, to, amount).
     */
    private static final String TOKEN = "602435335481811060" + "4e" + "57" // amount, balance; too small: to the revert
            + "8190033355" // balance - amount
            + "600435805482018155" // receiver's balance + amount
            + "90600052" // amount to memory
            + "337f" + TRANSFER + "60206000a3" // the log
            + "600160005260206000f3" // true
            + "5b60006000fd";

    /** Gives the deployer 0xffffff. */
    private static final String DEPLOYMENT = "0x62ffffff3355" + "6054806011" + "6000396000f3" + TOKEN;

    private final AnvilNode node;
    private final SplittableRandom random;
    private final List<String> accounts;
    private final String token;

    AnvilTraffic(AnvilNode node, SplittableRandom random) {
        this.node = node;
        this.random = random;
        this.accounts = node.accounts();
        node.call("evm_setAutomine", false);
        String hash = deploy();
        node.mine(1);
        token = node.call("eth_getTransactionReceipt", hash)
                .get("contractAddress")
                .textValue();
    }

    private String deploy() {
        return send(Map.of("from", accounts.getFirst(), "data", DEPLOYMENT, "gas", "0x100000"));
    }

    /** Mines blocks, most of them with something in them. */
    void mine(int blocks) throws Exception {
        for (int left = blocks; left > 0; ) {
            int empty = random.nextInt(Math.min(left, 12));
            if (empty > 0) {
                node.mine(empty);
                left -= empty;
            }
            int transactions = random.nextInt(6);
            for (int i = 0; i < transactions; i++) {
                transaction();
            }
            node.mine(1);
            left--;
        }
    }

    private void transaction() throws Exception {
        switch (random.nextInt(12)) {
            case 0 -> deploy();
            case 1 -> blob();
            case 2 -> delegation();
            // Nobody but the first account and its receivers has any of the token.
            case 3, 4 -> transfer(9, 8, 0x7fffffff);
            case 5 ->
                send(Map.of(
                        "from",
                        accounts.get(5),
                        "to",
                        accounts.get(6),
                        "value",
                        "0xde0b6b3a",
                        "gasPrice",
                        "0x77359400",
                        "type",
                        "0x0"));
            case 6 ->
                send(Map.of(
                        "from",
                        accounts.get(4),
                        "to",
                        token,
                        "data",
                        call(1, 0),
                        "gas",
                        "0x30000",
                        "gasPrice",
                        "0x77359400",
                        "accessList",
                        List.of(Map.of("address", token, "storageKeys", List.of("0x" + "0".repeat(63) + "1")))));
            default -> transfer(0, 1 + random.nextInt(8), 1 + random.nextInt(100));
        }
    }

    private void transfer(int from, int to, int amount) {
        send(Map.of("from", accounts.get(from), "to", token, "data", call(to, amount), "gas", "0x30000"));
    }

    private String call(int to, int amount) {
        return "0xa9059cbb" + "0".repeat(24) + accounts.get(to).substring(2) + String.format("%064x", amount);
    }

    private void delegation() {
        send(Map.of(
                "from", accounts.get(2),
                "to", token,
                "gas", "0x60000",
                "data", call(1, 0),
                "authorizationList",
                        List.of(Map.of(
                                "chainId", "0x7a69", "address", token, "nonce", "0x1", "yParity", "0x1", "r", "0x1111",
                                "s", "0x2222"))));
    }

    /** A blob of zeros: its commitment and proof are the point at infinity. */
    private void blob() throws Exception {
        String infinity = "c0" + "00".repeat(47);
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(HexFormat.of().parseHex(infinity));
        digest[0] = 1;
        send(Map.of(
                "from", accounts.get(3),
                "to", accounts.get(4),
                "maxFeePerBlobGas", "0x10000000",
                "blobVersionedHashes", List.of("0x" + HexFormat.of().formatHex(digest)),
                "blobs", List.of("0x" + "00".repeat(131_072)),
                "commitments", List.of("0x" + infinity),
                "proofs", List.of("0x" + infinity)));
    }

    private String send(Map<String, Object> transaction) {
        return node.call("eth_sendTransaction", transaction).textValue();
    }
}

package io.amp.evm;

import io.amp.evm.abi.AbiEvent;
import io.amp.evm.abi.AbiSink;
import io.amp.evm.abi.Hex;
import io.amp.evm.abi.LogDecoder;
import io.amp.evm.abi.UnitShift;
import io.amp.evm.abi.ValueType;
import io.amp.evm.abi.Word;
import io.amp.evm.hash.Keccak256;
import io.amp.evm.signature.SenderRecovery;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Prints processor time per operation on one core. A rough instrument to run by hand after a change; the figures that count are those of
 * the benchmarks module.
 */
public final class EvmThroughput {
    private static final int ROWS = 8192;
    private static final int ROUNDS = 6;

    private EvmThroughput() {}

    public static void main(String[] arguments) {
        keccak();
        recovery();
        text();
        decode(
                "Transfer(address indexed from, address indexed to, uint256 value)",
                new int[] {0, 1, 2},
                "000000000000000000000000000000000000000000000000" + "5ea0a1fe55143c0d");
        decode(
                "Transfer(address indexed from, address indexed to, uint256 value)",
                new int[] {0, 1},
                "000000000000000000000000000000000000000000000000" + "5ea0a1fe55143c0d");
        decode(
                "Swap(address indexed sender,address indexed recipient,int256 amount0,int256 amount1,uint160 sqrtPriceX96,"
                        + "uint128 liquidity,int24 tick)",
                new int[] {0, 1, 2, 3, 4, 5, 6},
                "0".repeat(56) + "3b9aca00" + "fffffffffffffffffffffffffffffffffffffffffffffffffbbe45052a280563"
                        + "0".repeat(36) + "446e1e52218e5b236f8735ca8944" + "0".repeat(48) + "5ca05c4528d95aa2"
                        + "0".repeat(59) + "2fb65");
    }

    private static void keccak() {
        var keccak = new Keccak256();
        byte[] data = random(1 << 20);
        byte[] out = new byte[32];
        report("Keccak-256 of 1 MiB", 50, () -> keccak.hash(data, 0, data.length, out, 0));
        report("Keccak-256 of 32 bytes", 100_000, () -> keccak.hash(data, 0, 32, out, 0));
    }

    private static void recovery() {
        var recovery = new SenderRecovery(new Keccak256());
        byte[] message = random(32);
        byte[] one = new byte[32];
        one[31] = 1;
        byte[] address = new byte[20];
        report("sender recovery", 2000, () -> recovery.recover(message, one, message, false, address));
    }

    private static void text() {
        byte[] words = random(1 << 16);
        byte[] out = new byte[128];
        int[] at = {0};
        report("256-bit word to decimal", 200_000, () -> Word.writeDecimal(words, next(at), false, out, 0));
        report("hex of 20 bytes", 500_000, () -> Hex.write(words, next(at), 20, out, 0));
        var shift = new UnitShift();
        byte[] number = "6818627949560085517".getBytes(StandardCharsets.US_ASCII);
        report("shift_units of 19 digits", 500_000, () -> shift.shift(number, 0, number.length, -18));
    }

    private static int next(int[] at) {
        at[0] = (at[0] + 32) & 0xffdf;
        return at[0];
    }

    private static void decode(String signature, int[] fields, String hex) {
        LogDecoder decoder = LogDecoder.of(AbiEvent.parse(signature));
        byte[] data = Vectors.hex(hex);
        byte[] topics = random(ROWS * 32);
        var sinks = new ColumnSink[fields.length];
        boolean body = false;
        for (int i = 0; i < fields.length; i++) {
            sinks[i] = new ColumnSink(decoder.fields().get(fields[i]).type());
            body |= fields[i] >= decoder.topicFieldCount();
        }
        boolean reads = body;
        double nanos =
                report(fields.length + " fields of 8192 " + signature.substring(0, signature.indexOf('(')), 100, () -> {
                    for (int i = 0; i < fields.length; i++) {
                        sinks[i].at = 0;
                    }
                    for (int row = 0; row < ROWS; row++) {
                        boolean readable = reads && decoder.acceptsData(data, 0, data.length);
                        for (int i = 0; i < fields.length; i++) {
                            if (fields[i] < decoder.topicFieldCount()) {
                                decoder.writeTopic(fields[i], topics, row * 32, sinks[i]);
                            } else if (readable) {
                                decoder.writeData(fields[i], data, 0, sinks[i]);
                            } else {
                                sinks[i].nullValue();
                            }
                        }
                    }
                });
        System.out.printf("    %.1f million rows/s%n", ROWS / nanos * 1000);
    }

    /** A column as bytes, about what a vector costs. */
    private static final class ColumnSink implements AbiSink {
        private final ValueType type;
        private final byte[] values = new byte[ROWS * 80];
        private int at;

        ColumnSink(ValueType type) {
            this.type = type;
        }

        @Override
        public void nullValue() {
            at += 1;
        }

        @Override
        public void bool(boolean value) {
            values[at++] = (byte) (value ? 1 : 0);
        }

        @Override
        public void integer(byte[] array, int offset, boolean signed) {
            switch (type) {
                case ValueType.Text ignored -> at += Word.writeDecimal(array, offset, signed, values, at);
                case ValueType.Decimal ignored -> {
                    Word.writeLittleEndian256(array, offset, values, at);
                    at += 32;
                }
                default -> {
                    values[at] = (byte) Word.toLong(array, offset);
                    at += 8;
                }
            }
        }

        @Override
        public void bytes(byte[] array, int offset, int length) {
            System.arraycopy(array, offset, values, at, length);
            at += length;
        }

        @Override
        public void list(int size) {
            throw new IllegalStateException();
        }

        @Override
        public void group() {
            throw new IllegalStateException();
        }

        @Override
        public AbiSink child(int index) {
            throw new IllegalStateException();
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static double report(String what, int times, Runnable operation) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int i = 0; i < times; i++) {
                operation.run();
            }
            long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            best = Math.min(best, (double) (end - start) / times);
        }
        System.out.printf("%-45s %12.1f ns%n", what, best);
        return best;
    }
}

package io.amp.adapters.query.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WideRandomizedTest {
    private static final long SEED = Long.getLong("amp.seed", System.nanoTime());
    private final Random random = new Random(SEED);

    private static Wide of(BigInteger value) {
        Wide wide = new Wide();
        BigInteger magnitude = value.abs();
        wide.set(
                value.signum() < 0,
                magnitude.longValue(),
                magnitude.shiftRight(64).longValue(),
                magnitude.shiftRight(128).longValue(),
                magnitude.shiftRight(192).longValue());
        return wide;
    }

    private BigInteger any(int bitsMax) {
        BigInteger magnitude = random.nextInt(6) == 0
                ? BigInteger.ONE.shiftLeft(random.nextInt(bitsMax))
                : new BigInteger(random.nextInt(bitsMax + 1), random);
        return random.nextBoolean() ? magnitude.negate() : magnitude;
    }

    @Test
    void agreesWithBigInteger() {
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(32).address();
            for (int i = 0; i < 200_000; i++) {
                BigInteger value = any(256);
                Wide wide = of(value);
                assertThat(wide.toBigInteger()).as("-Damp.seed=" + SEED).isEqualTo(value);
                int digits = random.nextInt(77);
                assertThat(wide.fitsDigits(digits)).isEqualTo(value.abs().compareTo(BigInteger.TEN.pow(digits)) < 0);
                int bits = 8 << random.nextInt(4);
                assertThat(wide.fitsInteger(bits, true)).isEqualTo(value.bitLength() < bits);
                assertThat(wide.fitsInteger(bits, false)).isEqualTo(value.signum() >= 0 && value.bitLength() <= bits);
                assertThat(wide.low()).isEqualTo(value.longValue());
                wide.write(address, 32);
                BigInteger low = value.mod(BigInteger.ONE.shiftLeft(256));
                for (int word = 0; word < 4; word++) {
                    assertThat(Memory.getLong(address + word * 8))
                            .isEqualTo(low.shiftRight(64 * word).longValue());
                }
                int shift = random.nextInt(80);
                BigInteger shifted = value.multiply(BigInteger.TEN.pow(shift));
                boolean fits = shifted.abs().bitLength() <= 256;
                assertThat(wide.shiftLeft10(shift)).isEqualTo(fits);
                if (fits) {
                    assertThat(wide.toBigInteger()).isEqualTo(shifted);
                }
            }
        }
    }

    @Test
    void readsNumbersOf128Bits() {
        for (int i = 0; i < 50_000; i++) {
            BigInteger value = any(127);
            Wide wide = new Wide();
            wide.setSigned(value.longValue(), value.shiftRight(64).longValue());
            assertThat(wide.toBigInteger()).as("-Damp.seed=" + SEED).isEqualTo(value);
        }
        Wide smallest = new Wide();
        smallest.setSigned(0, Long.MIN_VALUE);
        assertThat(smallest.toBigInteger())
                .isEqualTo(BigInteger.ONE.shiftLeft(127).negate());
        smallest.setSigned(Long.MIN_VALUE);
        assertThat(smallest.toBigInteger()).isEqualTo(BigInteger.valueOf(Long.MIN_VALUE));
    }

    @Test
    void bitmapsAgreeWithTheSlowWay() {
        try (Arena arena = Arena.ofConfined()) {
            var source = arena.allocate(1024, 8);
            for (int round = 0; round < 60; round++) {
                for (int i = 0; i < 1024; i++) {
                    source.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
                }
                int bits = 0;
                var target = arena.allocate(Bits.capacity(4_000), 8);
                boolean[] expected = new boolean[4_000];
                while (bits < 3_000) {
                    int count = 1 + random.nextInt(random.nextBoolean() ? 5 : 900);
                    if (random.nextInt(4) == 0) {
                        boolean ones = random.nextBoolean();
                        Bits.fill(target.address(), bits, count, ones);
                        java.util.Arrays.fill(expected, bits, bits + count, ones);
                    } else {
                        int from = random.nextInt(1024 * 8 - count);
                        int zeros = Bits.copy(source.address(), from, target.address(), bits, count);
                        int slow = 0;
                        for (int i = 0; i < count; i++) {
                            expected[bits + i] = Bits.get(source.address(), from + i);
                            slow += expected[bits + i] ? 0 : 1;
                        }
                        assertThat(zeros).isEqualTo(slow);
                    }
                    bits += count;
                }
                for (int i = 0; i < bits; i++) {
                    assertThat(Bits.get(target.address(), i))
                            .as("bit %d, -Damp.seed=%d", i, SEED)
                            .isEqualTo(expected[i]);
                }
            }
        }
    }
}

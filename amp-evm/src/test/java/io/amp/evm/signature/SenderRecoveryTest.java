package io.amp.evm.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.evm.Vectors;
import io.amp.evm.hash.Keccak256;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SenderRecoveryTest {
    private static final BigInteger P =
            BigInteger.TWO.pow(256).subtract(BigInteger.TWO.pow(32)).subtract(BigInteger.valueOf(977));
    private static final BigInteger N =
            new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    private static final BigInteger[] G = {
        new BigInteger("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", 16),
        new BigInteger("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8", 16)
    };

    private final SenderRecovery recovery = new SenderRecovery(new Keccak256());

    @Test
    void fieldAgreesWithBigInteger() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        var random = new Random(seed);
        BigInteger[] edges = {
            BigInteger.ZERO,
            BigInteger.ONE,
            P.subtract(BigInteger.ONE),
            BigInteger.TWO.pow(52),
            BigInteger.TWO.pow(208),
            BigInteger.TWO.pow(255),
            P.shiftRight(1),
            BigInteger.valueOf(977),
            BigInteger.TWO.pow(32).add(BigInteger.valueOf(976))
        };
        for (int i = 0; i < 20_000; i++) {
            BigInteger a = i % 5 == 0 ? edges[random.nextInt(edges.length)] : new BigInteger(256, random).mod(P);
            BigInteger b = i % 7 == 0 ? edges[random.nextInt(edges.length)] : new BigInteger(256, random).mod(P);
            String what = "-Damp.seed=" + seed + ": " + a + ", " + b;
            long[] x = element(a);
            long[] y = element(b);
            long[] r = new long[Field.LIMBS];
            Field.mul(r, x, y);
            assertThat(value(r)).as(what).isEqualTo(a.multiply(b).mod(P));
            Field.square(r, x);
            assertThat(value(r)).as(what).isEqualTo(a.multiply(a).mod(P));
            Field.sub(r, x, y);
            assertThat(value(r)).as(what).isEqualTo(a.subtract(b).mod(P));
            Field.add(r, x, y);
            Field.add(r, r, r);
            long[] r4 = r.clone();
            assertThat(value(r)).as(what).isEqualTo(a.add(b).shiftLeft(1).mod(P));
            Field.mul(r, r4, r4);
            assertThat(value(r)).as(what).isEqualTo(a.add(b).pow(2).shiftLeft(2).mod(P));
            Field.sub(r, x, r4);
            assertThat(value(r))
                    .as(what)
                    .isEqualTo(a.subtract(a.add(b).shiftLeft(1)).mod(P));
            if (i < 300) {
                Field.invert(r, x);
                assertThat(value(r)).as(what).isEqualTo(a.signum() == 0 ? a : a.modInverse(P));
                boolean square = a.signum() == 0 || a.modPow(P.shiftRight(1), P).equals(BigInteger.ONE);
                assertThat(Field.squareRoot(r, x)).as(what).isEqualTo(square);
                if (square) {
                    assertThat(value(r).pow(2).mod(P)).isEqualTo(a);
                }
            }
        }
    }

    @Test
    void signaturesOfRandomKeysTellTheirAddress() {
        long seed = Long.getLong("amp.seed", System.nanoTime());
        var random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            BigInteger key = i < 4 ? BigInteger.valueOf(i + 1) : new BigInteger(256, random).mod(N);
            BigInteger nonce = i % 9 == 0 ? key : new BigInteger(256, random).mod(N);
            byte[] message = new byte[32];
            random.nextBytes(message);
            if (i % 11 == 0) {
                Arrays.fill(message, (byte) 0);
            }
            BigInteger[] publicKey = multiply(key, G);
            BigInteger[] point = multiply(nonce, G);
            BigInteger r = point[0];
            BigInteger s = nonce.modInverse(N)
                    .multiply(new BigInteger(1, message).add(r.multiply(key)))
                    .mod(N);
            byte[] address = new byte[20];
            boolean found = recovery.recover(message, bytes(r), bytes(s), point[1].testBit(0), address);
            assertThat(found).isTrue();
            byte[] hash = Keccak256.hash(bytes(publicKey[0]), bytes(publicKey[1]));
            assertThat(address).as("-Damp.seed=%d", seed).isEqualTo(Arrays.copyOfRange(hash, 12, 32));
            // The other parity is another key's signature.
            assertThat(recovery.recover(message, bytes(r), bytes(s), !point[1].testBit(0), address))
                    .isTrue();
            assertThat(address).isNotEqualTo(Arrays.copyOfRange(hash, 12, 32));
        }
    }

    @Test
    void impossibleSignaturesAreRefused() {
        byte[] one = bytes(BigInteger.ONE);
        byte[] zero = new byte[32];
        byte[] order = bytes(N);
        byte[] address = new byte[20];
        assertThat(recovery.recover(one, zero, one, false, address)).isFalse();
        assertThat(recovery.recover(one, one, zero, false, address)).isFalse();
        assertThat(recovery.recover(one, order, one, false, address)).isFalse();
        assertThat(recovery.recover(one, one, order, false, address)).isFalse();
        assertThat(recovery.recover(one, one, one, false, address)).isTrue();
        // There is no point with x = 5.
        assertThat(recovery.recover(one, bytes(BigInteger.valueOf(5)), one, false, address))
                .isFalse();
    }

    @Test
    void aSumAtInfinityIsRefused() {
        // u1 G + u2 R = 0 when the message is s k and R = k G: here k = 1, s = 7.
        byte[] address = new byte[20];
        byte[] seven = bytes(BigInteger.valueOf(7));
        assertThat(recovery.recover(seven, bytes(G[0]), seven, G[1].testBit(0), address))
                .isFalse();
    }

    /** EIP-155, example: chain id 1, private key 46 times 32. */
    @Test
    void eip155Example() {
        byte[] address = new byte[20];
        byte[] hash = Vectors.hex("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
        byte[] r = Vectors.hex("28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276");
        byte[] s = Vectors.hex("67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
        assertThat(recovery.recover(hash, r, s, false, address)).isTrue();
        assertThat(Vectors.hex(address)).isEqualTo("9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
    }

    private static long[] element(BigInteger value) {
        long[] element = new long[Field.LIMBS];
        Field.read(element, bytes(value), 0);
        return element;
    }

    private static BigInteger value(long[] element) {
        long[] copy = element.clone();
        Field.normalize(copy);
        byte[] bytes = new byte[32];
        Field.write(copy, bytes, 0);
        return new BigInteger(1, bytes);
    }

    private static byte[] bytes(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] word = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, word, 32 - length, length);
        return word;
    }

    /** Affine double-and-add. */
    private static BigInteger[] multiply(BigInteger scalar, BigInteger[] point) {
        BigInteger[] sum = null;
        for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
            sum = sum == null ? null : plus(sum, sum);
            if (scalar.testBit(bit)) {
                sum = sum == null ? point : plus(sum, point);
            }
        }
        return sum;
    }

    private static BigInteger[] plus(BigInteger[] a, BigInteger[] b) {
        BigInteger slope = a[0].equals(b[0])
                ? a[0].pow(2)
                        .multiply(BigInteger.valueOf(3))
                        .multiply(a[1].shiftLeft(1).modInverse(P))
                : b[1].subtract(a[1]).multiply(b[0].subtract(a[0]).modInverse(P));
        BigInteger x = slope.pow(2).subtract(a[0]).subtract(b[0]).mod(P);
        return new BigInteger[] {
            x, slope.multiply(a[0].subtract(x)).subtract(a[1]).mod(P)
        };
    }
}

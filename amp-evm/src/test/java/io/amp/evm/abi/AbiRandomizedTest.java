package io.amp.evm.abi;

import static org.assertj.core.api.Assertions.assertThat;

import com.esaulpaugh.headlong.abi.ABIType;
import com.esaulpaugh.headlong.abi.Address;
import com.esaulpaugh.headlong.abi.ArrayType;
import com.esaulpaugh.headlong.abi.Function;
import com.esaulpaugh.headlong.abi.Tuple;
import com.esaulpaugh.headlong.abi.TupleType;
import io.amp.evm.Vectors;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against headlong, an unrelated implementation of the ABI. */
class AbiRandomizedTest {
    private final long seed = Long.getLong("amp.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void encodesAndDecodesAsHeadlongDoes() {
        for (int run = 0; run < 3000; run++) {
            String signature = "(" + types(random.nextInt(1, 5), 3) + ")";
            var tuple = (AbiType.Tuple) AbiType.parse(signature);
            List<AbiType> types =
                    tuple.components().stream().map(AbiParameter::type).toList();
            List<Object> values = types.stream().map(this::value).toList();
            String what = "-Damp.seed=" + seed + ": " + signature + " " + show(values);
            TupleType<Tuple> oracle = TupleType.parse(signature);
            byte[] expected = oracle.encode((Tuple) foreign(oracle, values)).array();
            assertThat(Vectors.hex(AbiObjects.encode(types, values))).as(what).isEqualTo(Vectors.hex(expected));
            assertThat(show(AbiObjects.decode(types, expected))).as(what).isEqualTo(show(values));
            byte[] longer = Arrays.copyOf(expected, expected.length + 17);
            assertThat(show(AbiObjects.decode(types, longer))).as(what).isEqualTo(show(values));
        }
    }

    @Test
    void hashesSignaturesAsHeadlongDoes() {
        for (int run = 0; run < 500; run++) {
            String signature = "name" + run + "(" + types(random.nextInt(0, 6), 3) + ")";
            assertThat(AbiFunction.parse(signature).selector())
                    .as(signature)
                    .isEqualTo(new Function(signature).selector());
            assertThat(AbiEvent.parse(signature).canonical()).isEqualTo(signature);
        }
    }

    @Test
    void damagedDataNeverRaisesAndNeverGrows() {
        for (int run = 0; run < 20_000; run++) {
            String signature = "(" + types(random.nextInt(1, 4), 3) + ")";
            var tuple = (AbiType.Tuple) AbiType.parse(signature);
            List<AbiType> types =
                    tuple.components().stream().map(AbiParameter::type).toList();
            byte[] data =
                    AbiObjects.encode(types, types.stream().map(this::value).toList());
            for (int damage = random.nextInt(1, 6); damage > 0 && data.length > 0; damage--) {
                int word = random.nextInt(data.length / 32 + 1) * 32;
                switch (random.nextInt(4)) {
                    case 0 -> data = Arrays.copyOf(data, random.nextInt(data.length + 1));
                    case 1 -> data[random.nextInt(data.length)] = (byte) random.nextInt();
                    case 2 -> {
                        // Small numbers make offsets and lengths that lead somewhere.
                        if (word + 32 <= data.length) {
                            Arrays.fill(data, word, word + 31, (byte) 0);
                            data[word + 31] = (byte) random.nextInt(256);
                        }
                    }
                    default -> {
                        if (word + 32 <= data.length) {
                            Arrays.fill(data, word, word + 32, (byte) -1);
                        }
                    }
                }
            }
            List<Object> decoded = AbiObjects.decode(types, data);
            assertThat(decoded == null || decoded.size() == types.size())
                    .as("-Damp.seed=%d", seed)
                    .isTrue();
        }
    }

    private String types(int count, int depth) {
        var types = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            types.add(type(depth));
        }
        return String.join(",", types);
    }

    private String type(int depth) {
        return switch (random.nextInt(depth > 0 ? 11 : 7)) {
            case 0 -> "bool";
            case 1 -> "address";
            case 2 -> "uint" + 8 * random.nextInt(1, 33);
            case 3 -> "int" + 8 * random.nextInt(1, 33);
            case 4 -> "bytes" + random.nextInt(1, 33);
            case 5 -> "bytes";
            case 6 -> "string";
            case 7 -> type(depth - 1) + "[]";
            case 8 -> type(depth - 1) + "[" + random.nextInt(1, 4) + "]";
            default -> "(" + types(random.nextInt(1, 4), depth - 1) + ")";
        };
    }

    private Object value(AbiType type) {
        return switch (type) {
            case AbiType.Bool ignored -> random.nextBoolean();
            case AbiType.Address ignored -> octets(20);
            case AbiType.Int integer -> {
                BigInteger magnitude =
                        new BigInteger(random.nextInt(integer.signed() ? integer.bits() : integer.bits() + 1), random);
                yield integer.signed() && random.nextBoolean() ? magnitude.not() : magnitude;
            }
            case AbiType.FixedBytes bytes -> octets(bytes.size());
            case AbiType.Bytes ignored -> octets(random.nextInt(70));
            case AbiType.Text ignored -> {
                var text = new StringBuilder();
                for (int i = random.nextInt(20); i > 0; i--) {
                    text.appendCodePoint(
                            random.nextInt(4) == 0 ? 0x1f600 + random.nextInt(50) : random.nextInt(0xd800));
                }
                yield text.toString();
            }
            case AbiType.DynamicArray array -> values(array.element(), random.nextInt(4));
            case AbiType.FixedArray array -> values(array.element(), array.size());
            case AbiType.Tuple tuple ->
                tuple.components().stream()
                        .map(component -> value(component.type()))
                        .toList();
            case AbiType.FunctionPointer ignored -> throw new IllegalArgumentException();
        };
    }

    private List<Object> values(AbiType element, int count) {
        var values = new ArrayList<Object>();
        for (int i = 0; i < count; i++) {
            values.add(value(element));
        }
        return values;
    }

    private byte[] octets(int length) {
        byte[] octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }

    /** The same value as headlong takes it. */
    private static Object foreign(ABIType<?> type, Object value) {
        Class<?> wanted = type.clazz();
        if (type instanceof TupleType<?> tuple) {
            List<?> list = (List<?>) value;
            Object[] elements = new Object[list.size()];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = foreign(tuple.get(i), list.get(i));
            }
            return Tuple.from(elements);
        }
        if (type instanceof ArrayType<?, ?, ?> arrayType && value instanceof List<?> list) {
            ABIType<?> element = arrayType.getElementType();
            Object array = Array.newInstance(wanted.getComponentType(), list.size());
            for (int i = 0; i < list.size(); i++) {
                Array.set(array, i, foreign(element, list.get(i)));
            }
            return array;
        }
        if (wanted == Integer.class || wanted == int.class) {
            return ((BigInteger) value).intValueExact();
        }
        if (wanted == Long.class || wanted == long.class) {
            return ((BigInteger) value).longValueExact();
        }
        if (wanted == Address.class) {
            return Address.wrap(Address.toChecksumAddress(new BigInteger(1, (byte[]) value)));
        }
        return value;
    }

    private static String show(Object value) {
        return switch (value) {
            case null -> "null";
            case byte[] bytes -> Vectors.hex(bytes);
            case List<?> list ->
                list.stream().map(AbiRandomizedTest::show).toList().toString();
            case String text -> Vectors.hex(text.getBytes(StandardCharsets.UTF_8));
            default -> value.toString();
        };
    }
}

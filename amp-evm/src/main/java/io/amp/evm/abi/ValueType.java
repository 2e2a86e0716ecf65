package io.amp.evm.abi;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Type of a column that ABI values are decoded to or encoded from, named as in Arrow but independent of any engine. Its text
 * is the type's name in messages, such as {@code Decimal256(76, 0)}.
 */
public sealed interface ValueType {
    record Bool() implements ValueType {
        @Override
        public String toString() {
            return "Boolean";
        }
    }

    /** @param bits 8, 16, 32 or 64 */
    record Int(int bits, boolean signed) implements ValueType {
        @Override
        public String toString() {
            return (signed ? "Int" : "UInt") + bits;
        }
    }

    /** @param bits 128 or 256; the engine's narrower decimals are 128 here */
    record Decimal(int bits, int precision, int scale) implements ValueType {
        @Override
        public String toString() {
            return "Decimal" + bits + "(" + precision + ", " + scale + ")";
        }
    }

    record Text() implements ValueType {
        @Override
        public String toString() {
            return "Utf8";
        }
    }

    record Binary() implements ValueType {
        @Override
        public String toString() {
            return "Binary";
        }
    }

    record FixedBinary(int size) implements ValueType {
        @Override
        public String toString() {
            return "FixedSizeBinary(" + size + ")";
        }
    }

    record Items(ValueType element) implements ValueType {
        @Override
        public String toString() {
            return "List<" + element + ">";
        }
    }

    record FixedItems(ValueType element, int size) implements ValueType {
        @Override
        public String toString() {
            return "FixedSizeList<" + element + ", " + size + ">";
        }
    }

    record Struct(List<Field> fields) implements ValueType {
        public Struct {
            fields = List.copyOf(fields);
        }

        @Override
        public String toString() {
            return fields.stream()
                    .map(field -> field.name() + ": " + field.type())
                    .collect(Collectors.joining(", ", "Struct<", ">"));
        }
    }

    record Null() implements ValueType {
        @Override
        public String toString() {
            return "Null";
        }
    }

    /** A type that no ABI value is made from, such as {@code Float64}. */
    record Other(String name) implements ValueType {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A field of a struct. */
    record Field(String name, ValueType type) {}

    /** Bits up to which an integer is a 128-bit decimal; wider ones up to 251 bits are 256-bit decimals, beyond that it is text. */
    int DECIMAL128_BITS_MAX = 125;

    int DECIMAL256_BITS_MAX = 251;

    /**
     * The column type that values of a Solidity type decode to (functions specification, section 3).
     *
     * @throws AbiException for function pointers, which have none
     */
    static ValueType of(AbiType type) {
        return switch (type) {
            case AbiType.Bool ignored -> new Bool();
            case AbiType.Int integer -> ofInteger(integer);
            case AbiType.Address ignored -> new FixedBinary(20);
            case AbiType.FixedBytes bytes -> new FixedBinary(bytes.size());
            case AbiType.FunctionPointer ignored ->
                throw new AbiException("cannot convert solidity type function to arrow data type");
            case AbiType.Bytes ignored -> new Binary();
            case AbiType.Text ignored -> new Text();
            case AbiType.DynamicArray array -> new Items(of(array.element()));
            case AbiType.FixedArray array -> new FixedItems(of(array.element()), array.size());
            case AbiType.Tuple tuple -> struct(tuple.components());
        };
    }

    /** The struct of a parameter list. */
    static Struct struct(List<AbiParameter> parameters) {
        return new Struct(parameters.stream()
                .map(parameter -> new Field(parameter.name(), of(parameter.type())))
                .toList());
    }

    private static ValueType ofInteger(AbiType.Int integer) {
        int bits = integer.bits();
        if (bits <= 64) {
            return new Int(bits <= 8 ? 8 : bits <= 16 ? 16 : bits <= 32 ? 32 : 64, integer.signed());
        }
        if (bits <= DECIMAL128_BITS_MAX) {
            return new Decimal(128, 38, 0);
        }
        return bits <= DECIMAL256_BITS_MAX ? new Decimal(256, 76, 0) : new Text();
    }
}

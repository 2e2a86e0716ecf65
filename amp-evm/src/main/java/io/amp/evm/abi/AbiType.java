package io.amp.evm.abi;

import java.util.List;
import java.util.stream.Collectors;

/** A Solidity type. Its text is the canonical form: {@code uint256} written out, tuples as {@code (…)} without names. */
public sealed interface AbiType {
    /** True when the head of an encoding holds an offset instead of the value. */
    boolean isDynamic();

    /** 32-byte words that a value takes in the head of its frame: 1 for scalars and everything dynamic. */
    int headWords();

    record Bool() implements AbiType {
        @Override
        public boolean isDynamic() {
            return false;
        }

        @Override
        public int headWords() {
            return 1;
        }

        @Override
        public String toString() {
            return "bool";
        }
    }

    /** @param bits 8 to 256, a multiple of 8 */
    record Int(int bits, boolean signed) implements AbiType {
        @Override
        public boolean isDynamic() {
            return false;
        }

        @Override
        public int headWords() {
            return 1;
        }

        @Override
        public String toString() {
            return (signed ? "int" : "uint") + bits;
        }
    }

    record Address() implements AbiType {
        @Override
        public boolean isDynamic() {
            return false;
        }

        @Override
        public int headWords() {
            return 1;
        }

        @Override
        public String toString() {
            return "address";
        }
    }

    /** {@code bytes1} to {@code bytes32}. */
    record FixedBytes(int size) implements AbiType {
        @Override
        public boolean isDynamic() {
            return false;
        }

        @Override
        public int headWords() {
            return 1;
        }

        @Override
        public String toString() {
            return "bytes" + size;
        }
    }

    /** An external function: address and selector. It has a name in signatures, but no column type. */
    record FunctionPointer() implements AbiType {
        @Override
        public boolean isDynamic() {
            return false;
        }

        @Override
        public int headWords() {
            return 1;
        }

        @Override
        public String toString() {
            return "function";
        }
    }

    record Bytes() implements AbiType {
        @Override
        public boolean isDynamic() {
            return true;
        }

        @Override
        public int headWords() {
            return 1;
        }

        @Override
        public String toString() {
            return "bytes";
        }
    }

    record Text() implements AbiType {
        @Override
        public boolean isDynamic() {
            return true;
        }

        @Override
        public int headWords() {
            return 1;
        }

        @Override
        public String toString() {
            return "string";
        }
    }

    record DynamicArray(AbiType element) implements AbiType {
        @Override
        public boolean isDynamic() {
            return true;
        }

        @Override
        public int headWords() {
            return 1;
        }

        @Override
        public String toString() {
            return element + "[]";
        }
    }

    /** @param size 1 to 65,535 */
    record FixedArray(AbiType element, int size) implements AbiType {
        @Override
        public boolean isDynamic() {
            return element.isDynamic();
        }

        @Override
        public int headWords() {
            return isDynamic() ? 1 : size * element.headWords();
        }

        @Override
        public String toString() {
            return element + "[" + size + "]";
        }
    }

    /** At least one component. */
    record Tuple(List<AbiParameter> components) implements AbiType {
        public Tuple {
            components = List.copyOf(components);
        }

        @Override
        public boolean isDynamic() {
            return components.stream().anyMatch(component -> component.type().isDynamic());
        }

        @Override
        public int headWords() {
            return isDynamic()
                    ? 1
                    : components.stream()
                            .mapToInt(component -> component.type().headWords())
                            .sum();
        }

        @Override
        public String toString() {
            return canonical(components);
        }
    }

    /** {@code (type,type,…)}. */
    static String canonical(List<AbiParameter> parameters) {
        return parameters.stream()
                .map(parameter -> parameter.type().toString())
                .collect(Collectors.joining(",", "(", ")"));
    }

    /** Reads one type as a user writes it. */
    static AbiType parse(String text) {
        return new AbiParser(text, "failed to parse Solidity type: ").wholeType();
    }
}

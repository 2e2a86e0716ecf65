package io.amp.evm.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.amp.evm.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions specification, sections 5.8 and 11.14. */
class AbiEncoderErrorTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static String encode(String from, String json, String to) throws Exception {
        ValueType type = from.startsWith("?") ? new ValueType.Other(from.substring(1)) : JsonColumn.type(from);
        var out = new AbiWriter();
        boolean encoded = AbiEncoder.ofValue(AbiType.parse(to), type)
                .encode(List.of(new JsonColumn(type, List.of(JSON.readTree(json)))), 0, out);
        assertThat(encoded || out.length() == 0).isTrue();
        return encoded ? Vectors.hex(out.toByteArray()) : "NULL";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Int8 | -2 | uint8 | expected int type, got uint8",
                "Int8 | -2 | string | expected int type, got string",
                "UInt8 | 2 | bool | expected uint type, got bool",
                "Utf8 | \"str\" | uint256 | cannot convert string to solidity type uint256",
                "Utf8 | \"\" | uint256 | cannot convert string to solidity type uint256",
                "Utf8 | \"-\" | int256 | cannot convert string to solidity type int256",
                "Utf8 | \"+1\" | int256 | cannot convert string to solidity type int256",
                "Utf8 | \"-1\" | uint256 | cannot convert string to solidity type uint256",
                "Utf8 | \"256\" | uint8 | cannot convert string to solidity type uint8",
                "Utf8 | \"0x01\" | address | cannot convert string to solidity type address",
                "Decimal(39,1) | 6350 | uint256 | Unsupported type Decimal256(39, 1) for Solidity type uint256",
                "Decimal(38,1) | 6350 | uint128 | Unsupported type Decimal128(38, 1) for Solidity type uint128",
                "Decimal(38,0) | 635 | bool | Unsupported type Decimal128(38, 0) for Solidity type bool",
                "Decimal(38,0) | -1 | uint256 | cannot convert uint to solidity uint256: -1 not in [0, 115792089237316195423570985008687907853269984665640564039457584007913129639936)",
                "UInt16 | 300 | uint8 | cannot convert uint to solidity uint8: 300 not in [0, 256)",
                "Int16 | 128 | int8 | cannot convert int to solidity int8: 128 not in [-128, 127]",
                "Int16 | -129 | int8 | cannot convert int to solidity int8: -129 not in [-128, 127]",
                "Int16 | 300 | uint8 | cannot convert uint to solidity uint8: 300 not in [0, 256)",
                "UInt64 | 18446744073709551615 | int64 | cannot convert int to solidity int64: 18446744073709551615 not in [-9223372036854775808, 9223372036854775807]",
                "Boolean | true | uint8 | cannot convert boolean to solidity type uint8",
                "Binary | \"0102\" | string | cannot convert bytes to solidity type string",
                "Binary | \"0102\" | bytes4 | cannot convert bytes to solidity type bytes4",
                "Binary | \"0102\" | address | cannot convert bytes to solidity type address",
                "FixedSizeBinary(4) | \"01020304\" | bytes8 | cannot convert fixed size binary to solidity type bytes8",
                "FixedSizeBinary(32) | \"00\" | address | cannot convert fixed size binary to solidity type address",
                "FixedSizeBinary(4) | \"01020304\" | string | cannot convert fixed size binary to solidity type string",
                "List<Int64> | [1,2] | int256[3] | cannot convert list of size 2 to solidity type int256[3]",
                "FixedSizeList<Int64,2> | [1,2] | int256[3] | cannot convert fixed size list of size 2 to solidity type int256[3]",
                "Struct<Int64,Int64> | [1,2] | (int256) | cannot convert struct of size 2 to solidity type (int256)",
                "?Float64 | 1 | uint256 | Unsupported type Float64 for Solidity type uint256"
            })
    void refused(String from, String json, String to, String message) {
        assertThatThrownBy(() -> encode(from, json, to))
                .isInstanceOf(AbiException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Int8 | 5 | uint8 | 05",
                "UInt64 | 18446744073709551615 | int72 | ffffffffffffffff",
                "UInt64 | 18446744073709551615 | uint64 | ffffffffffffffff",
                "Utf8 | \"-0\" | uint8 | 00",
                "Utf8 | \"00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000007\" | uint8 | 07",
                "Decimal(3,-2) | 5 | uint16 | 01f4",
                "Binary | \"c02aaa39b223fe8d0a0e5c4f27ead9083c756cc2\" | address | c02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
            })
    void accepted(String from, String json, String to, String low) throws Exception {
        assertThat(encode(from, json, to)).isEqualTo("0".repeat(64 - low.length()) + low);
    }

    @Test
    void limitsOfText() throws Exception {
        String min = "-57896044618658097711785492504343953926634992332820282019728792003956564819968";
        assertThat(encode("Utf8", '"' + min + '"', "int256")).isEqualTo("8" + "0".repeat(63));
        for (String beyond : List.of(
                "-57896044618658097711785492504343953926634992332820282019728792003956564819969",
                "57896044618658097711785492504343953926634992332820282019728792003956564819968",
                "115792089237316195423570985008687907853269984665640564039457584007913129639936")) {
            assertThatThrownBy(() -> encode("Utf8", '"' + beyond + '"', "int256"))
                    .isInstanceOf(AbiException.class);
        }
    }

    @Test
    void binaryOfTheRightLengthIsBytesN() throws Exception {
        assertThat(encode("Binary", "\"01020304\"", "bytes4")).isEqualTo("01020304" + "0".repeat(56));
        assertThat(encode("FixedSizeBinary(2)", "\"0102\"", "bytes"))
                .isEqualTo("0".repeat(62) + "20" + "0".repeat(62) + "02" + "0102" + "0".repeat(60));
    }

    @Test
    void listsAndFixedListsAreInterchangeableWhenSizesAgree() throws Exception {
        assertThat(encode("List<Int64>", "[1,2]", "int256[2]"))
                .isEqualTo(encode("FixedSizeList<Int64,2>", "[1,2]", "int256[2]"));
        assertThat(encode("List<Int64>", "[1,2]", "int256[]"))
                .isEqualTo(encode("FixedSizeList<Int64,2>", "[1,2]", "int256[]"));
    }

    @Test
    void aNullAnywhereMakesTheValueNull() throws Exception {
        assertThat(encode("Int64", "null", "int256")).isEqualTo("NULL");
        assertThat(encode("List<Utf8>", "[\"a\", null]", "string[]")).isEqualTo("NULL");
        assertThat(encode("Struct<Int64,List<Utf8>>", "[1, null]", "(int8,string[])"))
                .isEqualTo("NULL");
    }

    @Test
    void wrongNumberOfArguments() {
        AbiFunction function = AbiFunction.parse("transfer(address to, uint256 amount)");
        assertThatThrownBy(() -> AbiEncoder.ofCall(function, List.of(new ValueType.FixedBinary(20))))
                .isInstanceOf(AbiException.class)
                .hasMessage("expected 2 arguments for the function signature but got 1");
    }

    @Test
    void anUntypedNullIsNoArgument() {
        assertThatThrownBy(() -> AbiEncoder.ofValue(new AbiType.Bool(), new ValueType.Null()))
                .isInstanceOf(AbiException.class)
                .hasMessage("Unsupported type Null for Solidity type bool");
    }
}

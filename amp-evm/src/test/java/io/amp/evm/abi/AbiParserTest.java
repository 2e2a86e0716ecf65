package io.amp.evm.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AbiParserTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Foo(uint7 x) | parse event signature: invalid size for type: uint7 at offset 4",
                "Foo(uint08 x) | invalid size for type: uint08",
                "Foo(uint264 x) | invalid size for type: uint264",
                "Foo(bytes0 x) | invalid size for type: bytes0",
                "Foo(bytes33 x) | invalid size for type: bytes33",
                "Foo(uint99999999999999 x) | invalid size for type: uint99999999999999",
                "Foo(IERC20 t) | parse event signature: invalid type string: IERC20 at offset 4",
                "Foo(fixed x) | invalid type string: fixed",
                "Foo(byte x) | invalid type string: byte",
                "Foo(uint256x y) | invalid type string: uint256x",
                "Foo(tuple x) | invalid type string: tuple",
                "Foo(uint256 x | parse event signature: expected ',' or ')' but found the end of the text at offset 13",
                "Foo(uint256[0] x) | parse event signature: expected an array size of 1 to 65535 but got 0",
                "Foo(uint256[65536] x) | parse event signature: expected an array size of 1 to 65535 but got 65536",
                "Foo(uint256[99999999999999999999] x) | expected an array size of 1 to 65535",
                "Foo(uint256[300][300] x) | at most 65535 values",
                "Foo((uint8[30000] a, uint8[30000] b, uint8[30000] c) x) | at most 65535 values",
                "Foo(uint256[-1] x) | expected ']' or an array size",
                "Foo(() x) | a tuple has at least one component",
                "Foo((uint256 indexed a) x) | 'indexed' is not allowed inside a tuple",
                "Foo(,) | expected a type",
                "Foo(uint256,,uint256) | expected a type",
                "Foo(uint256 a b) | expected ',' or ')' but found 'b' at offset 14",
                "Foo(uint256) returns (uint256) | expected 'anonymous' or end of text",
                "Foo(uint256) view | expected 'anonymous' or end of text",
                "Foo(uint256) anonymous anonymous | expected end of text",
                "Foo(uint256);; | expected 'anonymous' or end of text",
                "event (uint256) | expected event name",
                "Foo | expected '(' but found the end of the text at offset 3",
                "\"\" | expected event name but found the end of the text at offset 0",
                "1Foo() | expected event name but found '1' at offset 0",
                "Foo(Lib. x) | expected a name after '.'",
                "F(uint256 indexed a,uint256 indexed b,uint256 indexed c,uint256 indexed d) | event can only have 3 indexed parameters but has 4",
                "F(bool indexed,bool indexed,bool indexed,bool indexed) anonymous | event can only have 3 indexed parameters but has 4"
            })
    void badEvents(String signature, String message) {
        assertThatThrownBy(() -> AbiEvent.parse(signature))
                .isInstanceOf(AbiException.class)
                .hasMessageStartingWith("parse event signature: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "f() anonymous | parse function signature: expected a modifier, 'returns' or end of text but found 'a' at offset 4",
                "f() returns | parse function signature: expected '('",
                "function(uint a) extra | expected a modifier",
                "function (uint a) | expected function name"
            })
    void badFunctions(String signature, String message) {
        assertThatThrownBy(() -> AbiFunction.parse(signature))
                .isInstanceOf(AbiException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "uint256 x | failed to parse Solidity type: expected end of text but found 'x' at offset 8",
                "uint256; | failed to parse Solidity type: expected end of text",
                "\"\" | failed to parse Solidity type: expected a type",
                "int256[ | failed to parse Solidity type: expected ']' or an array size",
                "token | failed to parse Solidity type: invalid type string: token at offset 0"
            })
    void badTypes(String type, String message) {
        assertThatThrownBy(() -> AbiType.parse(type))
                .isInstanceOf(AbiException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "eventful(uint256 x) | eventful(uint256)",
                "event(uint256 x) | event(uint256)",
                "event Foo(uint, int, uint[2][] a, (uint,int) b) | Foo(uint256,int256,uint256[2][],(uint256,int256))",
                "Foo(address payable to) | Foo(address)",
                "Foo(address payable) | Foo(address)",
                "Foo(Lib.Kind kind, A.B.C[] more) | Foo(uint8,uint8[])",
                "Foo(function callback) | Foo(function)",
                "Foo(string calldata s, bytes memory indexed b, uint[] storage) | Foo(string,bytes,uint256[])",
                "Foo(uint256 a,) | Foo(uint256)",
                "Foo( tuple ( uint a , address b ) [ 3 ] [ ] c ) ; | Foo((uint256,address)[3][])",
                "$_(bool $x) | $_(bool)",
                "Foo(uint8[007] a) | Foo(uint8[7])"
            })
    void canonicalForms(String signature, String canonical) {
        assertThat(AbiEvent.parse(signature).canonical()).isEqualTo(canonical);
    }

    @Test
    void blanksMayBeAnywhereBetweenTokens() {
        AbiFunction function = AbiFunction.parse(
                "\t\r\n function\nf (\n uint256\ta\r\n,\n\tbool b ) \n view\texternal returns\n(uint8 c)\n;\n");
        assertThat(function.canonical()).isEqualTo("f(uint256,bool)");
        assertThat(function.outputs()).hasSize(1);
    }

    @Test
    void modifiersInAnyOrderAndOldFormsOfReturns() {
        for (String signature : new String[] {
            "f(uint a) view external virtual override returns (string s)",
            "f(uint a) pure public returns(string s)",
            "f(uint a)(string s)",
            "f(uint a):(string s)",
            "f(uint indexed a) nonpayable internal private payable (string s);"
        }) {
            AbiFunction function = AbiFunction.parse(signature);
            assertThat(function.canonical()).isEqualTo("f(uint256)");
            assertThat(function.inputs().getFirst().indexed()).isFalse();
            assertThat(function.outputs()).containsExactly(new AbiParameter("s", new AbiType.Text(), false));
        }
        assertThat(AbiFunction.parse("f() view").outputs()).isNull();
        assertThat(AbiFunction.parse("f() returns ()").outputs()).isEmpty();
    }

    @Test
    void unnamedParametersAreNamedByPosition() {
        AbiEvent event = AbiEvent.parse("E(uint256, address indexed who, (bool, int8 x) indexed, bytes)");
        assertThat(event.parameters()).extracting(AbiParameter::name).containsExactly("c0", "who", "c2", "c3");
        assertThat(((AbiType.Tuple) event.parameters().get(2).type()).components())
                .extracting(AbiParameter::name)
                .containsExactly("c0", "x");
        assertThat(AbiEvent.parse("E(bool indexed)").parameters().getFirst())
                .isEqualTo(new AbiParameter("c0", new AbiType.Bool(), true));
    }

    @Test
    void nestingIsBounded() {
        assertThatCode(() -> AbiType.parse("(".repeat(79) + "bool" + ")".repeat(79)))
                .doesNotThrowAnyException();
        assertThatCode(() -> AbiType.parse("bool" + "[]".repeat(79))).doesNotThrowAnyException();
        for (String type : new String[] {
            "(".repeat(80) + "bool" + ")".repeat(80),
            "bool" + "[]".repeat(80),
            "(".repeat(40) + "bool" + "[]".repeat(40) + ")".repeat(40),
            "(".repeat(100_000),
            "bool" + "[]".repeat(100_000)
        }) {
            assertThatThrownBy(() -> AbiType.parse(type))
                    .isInstanceOf(AbiException.class)
                    .hasMessageContaining("expected at most 79 levels of brackets");
        }
    }

    @Test
    void anonymousEventsHaveNoTopic0() {
        AbiEvent event = AbiEvent.parse("Ev(uint256 a) anonymous");
        assertThatThrownBy(event::topic0)
                .isInstanceOf(AbiException.class)
                .hasMessage("anonymous event Ev has no topic0");
    }

    @Test
    void functionPointersHaveNoColumnType() {
        AbiEvent event = AbiEvent.parse("Foo(function callback)");
        assertThatThrownBy(() -> LogDecoder.of(event))
                .isInstanceOf(AbiException.class)
                .hasMessage("cannot convert solidity type function to arrow data type");
        AbiFunction function = AbiFunction.parse("f(function[] callbacks)");
        assertThatThrownBy(() -> CallDecoder.of(function))
                .isInstanceOf(AbiException.class)
                .hasMessage("cannot convert solidity type function to arrow data type");
    }
}
